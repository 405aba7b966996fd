using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning;

/// <summary>What templates and conditions of the catalogue can see.</summary>
internal static class PlanningScope
{
    /// <summary>How an expression reads the list of the ids that the same plan takes away; empty until an undo plan knows them. Its blank tells it from other empty lists.</summary>
    public const string NoOwn = "`[ ]`";

    public static JsonObject Of(PlanTarget target, JsonObject parameters, JsonNode? before, string? type) => new()
    {
        ["param"] = parameters.DeepClone(),
        ["before"] = before?.DeepClone(),
        ["account"] = target.Account,
        ["region"] = target.Region,
        ["partition"] = Partition(target.Region),
        ["type"] = type,
        ["own"] = new JsonArray(),
    };

    /// <summary>Where what has no Region of its own answers, in the partition of a Region.</summary>
    public static string GlobalRegion(string region) => Partition(region) switch
    {
        "aws" => "us-east-1",
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => region,
    };

    public static string Partition(string region) => region switch
    {
        _ when region.StartsWith("cn-", StringComparison.Ordinal) => "aws-cn",
        _ when region.StartsWith("us-gov-", StringComparison.Ordinal) => "aws-us-gov",
        _ when region.StartsWith("eusc-", StringComparison.Ordinal) => "aws-eusc",
        _ when region.StartsWith("us-isob-", StringComparison.Ordinal) => "aws-iso-b",
        _ when region.StartsWith("us-iso-", StringComparison.Ordinal) => "aws-iso",
        _ => "aws",
    };
}
