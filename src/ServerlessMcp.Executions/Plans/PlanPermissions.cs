namespace ServerlessMcp.Executions.Plans;

/// <summary>What was found out about permissions while planning; AWS decides when the plan runs.</summary>
/// <param name="Who">ARN of the user or role that was looked at.</param>
/// <param name="How">Such as <c>IAM simulation</c>.</param>
/// <param name="Steps">Those that need a permission.</param>
public sealed record PlanPermissions(string Who, string How, IReadOnlyList<StepPermissions> Steps);

/// <param name="Is">The worst of its change and its undo.</param>
/// <param name="Why">What of it was not checked, and why; null: all was.</param>
public sealed record StepPermissions(string StepId, PermissionState Is, IReadOnlyList<DeniedAction> Denied, string? Why);

public enum PermissionState { Allowed, Denied, NotChecked }

/// <summary>Whether the step itself needs the permission, or only its undo.</summary>
public enum PermissionUse { Change, Undo }

/// <param name="Action">IAM action, such as <c>s3:DeleteBucket</c>.</param>
/// <param name="Resource">ARN, with <c>*</c> for what is not known yet.</param>
public sealed record DeniedAction(string Action, string Resource, PermissionUse For, string Why);
