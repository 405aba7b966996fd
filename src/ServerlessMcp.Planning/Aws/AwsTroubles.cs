using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Planning.Aws;

/// <summary>AWS's errors in the words of executions.</summary>
public static class AwsTroubles
{
    public static TroubleClass Of(AwsErrorClass kind) => kind switch
    {
        AwsErrorClass.Throttled => TroubleClass.Throttled,
        AwsErrorClass.Busy => TroubleClass.Busy,
        AwsErrorClass.Unreachable => TroubleClass.Unreachable,
        AwsErrorClass.Credentials => TroubleClass.Credentials,
        AwsErrorClass.EventualConsistency => TroubleClass.EventualConsistency,
        AwsErrorClass.Capacity => TroubleClass.Capacity,
        AwsErrorClass.Quota => TroubleClass.Quota,
        AwsErrorClass.Permission => TroubleClass.Permission,
        AwsErrorClass.NotFound => TroubleClass.NotFound,
        AwsErrorClass.Conflict => TroubleClass.Conflict,
        AwsErrorClass.Input => TroubleClass.Input,
        _ => TroubleClass.Other,
    };

    public static TroubleClass Of(AwsCallException failure) => Of(failure.Class);
}
