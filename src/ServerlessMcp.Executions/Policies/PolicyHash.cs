using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Policies;

/// <summary>Which policy judged: SHA-256 over <c>smcp-policy-1\n</c> and the canonical JSON of its rules (by id), limits and <c>allowSelf</c>.</summary>
public static class PolicyHash
{
    private static readonly ConditionalWeakTable<Policy, string> Known = [];

    /// <returns><c>sha256:</c> and 64 hex digits.</returns>
    public static string Of(Policy policy) => Known.GetValue(policy, Compute);

    private static string Compute(Policy policy)
    {
        var content = new JsonObject
        {
            ["rules"] = new JsonArray([.. policy.Rules.OrderBy(rule => rule.Id, StringComparer.Ordinal)
                .Select(rule => (JsonNode)JsonNodes.ToObject(rule, ExecutionsJson.Default.PolicyRule))]),
            ["limits"] = JsonNodes.ToObject(policy.Limits, ExecutionsJson.Default.PolicyLimits),
            ["allowSelf"] = policy.AllowSelf,
        };
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("smcp-policy-1\n" + CanonicalJson.Write(content))));
    }
}
