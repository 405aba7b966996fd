namespace ServerlessMcp.Executions.Plans;

public static class PlanLimits
{
    public const int MaxSteps = 100;

    /// <summary>Of the plan's JSON in UTF-8: it is one item of the table.</summary>
    public const int MaxBytes = 200 * 1024;

    public const int MaxExpiryHours = 168;
}
