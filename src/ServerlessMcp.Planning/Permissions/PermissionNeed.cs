namespace ServerlessMcp.Planning.Permissions;

/// <param name="Action">Such as <c>ec2:StopInstances</c>.</param>
/// <param name="Resource">ARN; <c>*</c> in it, or alone, stands for what is not known yet, unless <paramref name="IsKnown"/>.</param>
/// <param name="IsKnown">The action is surely asked for on this very resource, so that no statement for it means no permission.</param>
internal sealed record PermissionNeed(string Action, string Resource, bool IsKnown);
