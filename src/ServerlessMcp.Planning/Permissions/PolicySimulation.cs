using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning.Permissions;

/// <summary>Asks IAM itself.</summary>
/// <remarks>
/// Source: IAM API SimulatePrincipalPolicy: every action is tried on every resource; <c>ResourceSpecificResults</c> has them one by one; the permissions
/// boundary and, without their conditions, the organization's policies are seen; resource policies only when given. IAM User Guide, "Testing IAM
/// policies with the IAM policy simulator". AWS global condition keys: <c>aws:RequestedRegion</c> of a global service is us-east-1.
/// </remarks>
internal sealed class PolicySimulation(IAwsReads reads)
{
    public const string Blind =
        "a simulation does not see resource policies, session policies, VPC endpoint policies, resource control policies, nor conditions on what is only in the real request";

    private const int MostCalls = 20;

    private const int MostAtOnce = 4;

    private const int MostNames = 50;

    private const int MostPages = 5;

    private static readonly string[] Global = ["iam", "cloudfront", "route53", "organizations", "budgets"];

    /// <exception cref="AwsCallException">IAM refused or did not answer.</exception>
    public async Task<IReadOnlyDictionary<PermissionNeed, Decision>> RunAsync(
        PlanTarget target, string who, IReadOnlyList<PermissionNeed> needs, CancellationToken cancellationToken)
    {
        using var gate = new SemaphoreSlim(MostAtOnce);
        var rows = await Task.WhenAll(Batches(needs).Take(MostCalls).Select(batch => OneAsync(target, who, batch, gate, cancellationToken)));
        var decided = rows.SelectMany(row => row).DistinctBy(row => row.Key).ToDictionary();
        return needs.Where(need => decided.ContainsKey((need.Action, need.Resource)))
            .ToDictionary(need => need, need => decided[(need.Action, need.Resource)]);
    }

    /// <summary>Resources on which the same actions are asked for go together, so that nothing is tried that no step needs.</summary>
    internal static IEnumerable<SimulationBatch> Batches(IEnumerable<PermissionNeed> needs) => needs
        .GroupBy(need => (need.Resource, IsGlobal: Global.Contains(need.Action.Split(':')[0])))
        .Select(group => (group.Key, Actions: group.Select(need => need.Action).Distinct().Order(StringComparer.Ordinal).ToArray()))
        .GroupBy(one => (one.Key.IsGlobal, string.Join(' ', one.Actions)))
        .SelectMany(group => group.Chunk(MostNames).SelectMany(some => some[0].Actions.Chunk(MostNames)
            .Select(actions => new SimulationBatch(actions, [.. some.Select(one => one.Key.Resource)], group.Key.IsGlobal))));

    private async Task<IEnumerable<KeyValuePair<(string Action, string Resource), Decision>>> OneAsync(
        PlanTarget target, string who, SimulationBatch batch, SemaphoreSlim gate, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            var found = new List<KeyValuePair<(string, string), Decision>>();
            var pages = reads.PagesAsync(
                new(target.Region, target.Account), "iam", "SimulatePrincipalPolicy", Parameters(target, who, batch), MostPages, cancellationToken);
            await foreach (var page in pages)
            {
                found.AddRange((page.Output["EvaluationResults"] as JsonArray ?? []).SelectMany(row => Decisions(row!)));
            }

            return found;
        }
        finally
        {
            gate.Release();
        }
    }

    private static JsonObject Parameters(PlanTarget target, string who, SimulationBatch batch) => new()
    {
        ["PolicySourceArn"] = who,
        ["ActionNames"] = new JsonArray([.. batch.Actions.Select(action => (JsonNode)action)]),
        ["ResourceArns"] = new JsonArray([.. batch.Resources.Select(arn => (JsonNode)arn)]),
        ["ContextEntries"] = new JsonArray(
            Entry("aws:RequestedRegion", "string", batch.IsGlobal ? PlanningScope.GlobalRegion(target.Region) : target.Region),
            Entry("aws:SecureTransport", "boolean", "true")),
    };

    private static JsonObject Entry(string key, string type, string value) => new()
    {
        ["ContextKeyName"] = key,
        ["ContextKeyType"] = type,
        ["ContextKeyValues"] = new JsonArray(value),
    };

    /// <summary>Results by resource come first: they are what the row sums up.</summary>
    private static IEnumerable<KeyValuePair<(string, string), Decision>> Decisions(JsonNode row)
    {
        var action = row["EvalActionName"]!.ToString();
        var blocked = row["OrganizationsDecisionDetail"]?["AllowedByOrganizations"]?.GetValue<bool>() == false;
        foreach (var one in row["ResourceSpecificResults"] as JsonArray ?? [])
        {
            yield return new((action, one!["EvalResourceName"]!.ToString()), Decide(one["EvalResourceDecision"], one, blocked));
        }

        yield return new((action, row["EvalResourceName"]?.ToString() ?? "*"), Decide(row["EvalDecision"], row, blocked));
    }

    private static Decision Decide(JsonNode? decision, JsonNode details, bool isBlockedByOrganization)
    {
        var conditions = (details["MissingContextValues"] as JsonArray ?? []).Select(key => key!.ToString()).ToList();
        var unless = conditions.Count > 0 ? $", as far as is known without {string.Join(", ", conditions)}" : "";
        var boundary = details["PermissionsBoundaryDecisionDetail"]?["AllowedByPermissionsBoundary"]?.GetValue<bool>() == false;
        var policies = string.Join(", ", (details["MatchedStatements"] as JsonArray ?? [])
            .Select(statement => statement?["SourcePolicyId"]?.ToString()).OfType<string>().Distinct());
        return decision?.ToString() switch
        {
            "allowed" => Decision.Allowed with { Conditions = conditions },
            _ when isBlockedByOrganization => new(Ruling.ExplicitDeny, $"a service control policy of the organization does not allow it{unless}"),
            _ when boundary => new(Ruling.ExplicitDeny, $"the caller's permissions boundary does not allow it{unless}"),
            "explicitDeny" => new(Ruling.ExplicitDeny, $"{(policies.Length > 0 ? $"policy {policies}" : "a policy")} denies it{unless}"),
            "implicitDeny" when conditions.Count > 0 => new(Ruling.Unknown, $"no policy allows it without a condition on {string.Join(", ", conditions)}"),
            "implicitDeny" => new(Ruling.ImplicitDeny, "no policy of the caller allows it"),
            var other => new(Ruling.Unknown, $"the simulation answered '{other}'"),
        };
    }
}

internal sealed record SimulationBatch(IReadOnlyList<string> Actions, IReadOnlyList<string> Resources, bool IsGlobal);
