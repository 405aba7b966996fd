namespace ServerlessMcp.Executions.Plans;

public static class PlanLimits
{
    public const int MaxSteps = 100;

    /// <summary>Of the plan's JSON in UTF-8: it is one item of the table.</summary>
    public const int MaxBytes = 200 * 1024;

    public const int MaxExpiryHours = 168;

    /// <summary>Reads of one collect.</summary>
    public const int MaxReads = 20;

    /// <summary>Alarms of one bake.</summary>
    public const int MaxAlarms = 20;

    /// <summary>How long a check or a bake may last.</summary>
    public const int MaxLookSeconds = 86_400;

    /// <summary>How long an approval may wait.</summary>
    public const int MaxApprovalSeconds = 7 * 86_400;
}
