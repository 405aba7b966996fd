using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning.Permissions;

/// <summary>Reads the policies of a user or role: attached, inline, of the user's groups, and the permissions boundary.</summary>
internal sealed class PolicyReads(IAwsReads reads)
{
    public const string Blind =
        "the caller's own policies were read and compared; conditions, resource policies, session policies and the organization's policies were not evaluated";

    private const int MostAtOnce = 8;

    private const int MostPages = 3;

    /// <summary>IAM's own limits are 20 managed policies an identity and 10 groups a user.</summary>
    private const int MostPolicies = 100;

    /// <exception cref="AwsCallException">IAM refused or did not answer.</exception>
    /// <exception cref="FormatException">A policy is not as the documentation says, or there are too many.</exception>
    public async Task<(IReadOnlyList<PolicyStatement> Policies, IReadOnlyList<PolicyStatement>? Boundary)> RunAsync(
        PlanTarget target, CallerIdentity caller, CancellationToken cancellationToken)
    {
        using var gate = new SemaphoreSlim(MostAtOnce);
        var look = new Look(reads, new(target.Region, target.Account), gate, cancellationToken);
        var kind = caller.Kind == IdentityKind.User ? "User" : "Role";
        var boundary = BoundaryAsync(look, kind, caller.Name);
        var own = OfAsync(look, kind, caller.Name);
        var groups = caller.Kind == IdentityKind.User ? OfGroupsAsync(look, caller.Name) : Task.FromResult<IReadOnlyList<PolicyStatement>>([]);
        await Task.WhenAll((Task)boundary, own, groups);
        return ([.. await own, .. await groups], await boundary);
    }

    private static async Task<IReadOnlyList<PolicyStatement>> OfGroupsAsync(Look look, string user)
    {
        var groups = await look.ListAsync("ListGroupsForUser", "UserName", user, "Groups", group => group["GroupName"]!.ToString());
        return [.. (await Task.WhenAll(groups.Select(group => OfAsync(look, "Group", group)))).SelectMany(statements => statements)];
    }

    private static async Task<IReadOnlyList<PolicyStatement>> OfAsync(Look look, string kind, string name)
    {
        var lists = await Task.WhenAll(
            look.ListAsync($"ListAttached{kind}Policies", $"{kind}Name", name, "AttachedPolicies", policy => policy["PolicyArn"]!.ToString()),
            look.ListAsync($"List{kind}Policies", $"{kind}Name", name, "PolicyNames", policy => policy.ToString()));
        var (arns, inline) = (lists[0], lists[1]);
        if (arns.Count + inline.Count > MostPolicies)
        {
            throw new FormatException($"{name} has over {MostPolicies} policies");
        }

        var statements = await Task.WhenAll(
        [
            .. arns.Select(arn => ManagedAsync(look, arn)),
            .. inline.Select(policy => InlineAsync(look, kind, name, policy)),
        ]);
        return [.. statements.SelectMany(one => one)];
    }

    private static async Task<IReadOnlyList<PolicyStatement>> InlineAsync(Look look, string kind, string name, string policy)
    {
        var answer = await look.ReadAsync($"Get{kind}Policy", new() { [$"{kind}Name"] = name, ["PolicyName"] = policy });
        return PolicyStatement.Parse(policy, answer["PolicyDocument"]!.ToString());
    }

    private static async Task<IReadOnlyList<PolicyStatement>> ManagedAsync(Look look, string arn)
    {
        var policy = await look.ReadAsync("GetPolicy", new() { ["PolicyArn"] = arn });
        var version = await look.ReadAsync(
            "GetPolicyVersion", new() { ["PolicyArn"] = arn, ["VersionId"] = policy["Policy"]!["DefaultVersionId"]!.ToString() });
        return PolicyStatement.Parse(arn[(arn.LastIndexOf('/') + 1)..], version["PolicyVersion"]!["Document"]!.ToString());
    }

    private static async Task<IReadOnlyList<PolicyStatement>?> BoundaryAsync(Look look, string kind, string name)
    {
        var answer = await look.ReadAsync($"Get{kind}", new() { [$"{kind}Name"] = name });
        return answer[kind]?["PermissionsBoundary"]?["PermissionsBoundaryArn"]?.ToString() is { } arn ? await ManagedAsync(look, arn) : null;
    }

    private sealed record Look(IAwsReads Reads, AwsTarget Target, SemaphoreSlim Gate, CancellationToken CancellationToken)
    {
        public async Task<JsonObject> ReadAsync(string operation, JsonObject parameters)
        {
            await Gate.WaitAsync(CancellationToken);
            try
            {
                return (await Reads.ReadAsync(Target, "iam", operation, parameters, CancellationToken)).Output;
            }
            finally
            {
                Gate.Release();
            }
        }

        public async Task<IReadOnlyList<string>> ListAsync(string operation, string parameter, string value, string member, Func<JsonNode, string> select)
        {
            await Gate.WaitAsync(CancellationToken);
            try
            {
                var found = new List<string>();
                AwsResult? last = null;
                await foreach (var page in Reads.PagesAsync(Target, "iam", operation, new() { [parameter] = value }, MostPages, CancellationToken))
                {
                    found.AddRange((page.Output[member] as JsonArray ?? []).Select(item => select(item!)));
                    last = page;
                }

                return last?.Next is null ? found : throw new FormatException($"{operation} has over {MostPages} pages");
            }
            finally
            {
                Gate.Release();
            }
        }
    }
}
