using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Plans;

/// <summary>What a person says yes to: SHA-256 over <c>smcp-plan-1\n</c> and the canonical JSON of <c>{target, steps}</c>.</summary>
public static class PlanHash
{
    /// <returns><c>sha256:</c> and 64 hex digits.</returns>
    public static string Compute(PlanTarget target, IReadOnlyList<Step> steps)
    {
        var content = new JsonObject
        {
            ["target"] = new JsonObject { ["account"] = target.Account, ["region"] = target.Region },
            ["steps"] = new JsonArray([.. steps.Select(step => (JsonNode)JsonNodes.ToObject(step, ExecutionsJson.Default.Step))]),
        };
        var bytes = Encoding.UTF8.GetBytes("smcp-plan-1\n" + CanonicalJson.Write(content));
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
    }
}
