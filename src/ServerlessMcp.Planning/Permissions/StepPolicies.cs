using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Checks;

namespace ServerlessMcp.Planning.Permissions;

/// <summary>What the session of a step may do, at most: the change role's own policies say the rest.</summary>
/// <remarks>
/// <code>
/// the step's operation   allowed
/// in the undo catalogue  the actions of its entry and of the step's own calls
/// not in it              every action of its services; iam:PassRole on the roles that the call names
/// too long a list        as not in it
/// names a secret         reading it, too
/// any                    what AWS services ask for on the caller's behalf while they carry out the call (keys of KMS, code in a bucket)
/// </code>
/// All in the plan's Region alone, but for services without Regions (IAM) and S3, whose buckets are followed to where they stand. On any resource:
/// what a call may touch is the plan's and the role's to say.
/// Source: STS AssumeRole (Policy: at most 2,048 characters), "AWS global condition context keys" of the IAM guide (aws:RequestedRegion, aws:ViaAWSService).
/// </remarks>
internal sealed class StepPolicies(IAwsCatalog catalog)
{
    public const int MostCharacters = 2048;

    private const string PassRole = "iam:PassRole";

    public StepPolicy Of(Step step, string region)
    {
        var ofSecrets = ForSecrets(step).ToList();
        var own = step.Iam
            .Concat(StepOperations.Forward(step, catalog).Concat(StepOperations.Backward(step, catalog))
                .Where(one => one.Service.Length > 0).SelectMany(one => catalog.Actions(one.Service, one.Operation)))
            .ToList();
        var actions = own.Concat(ofSecrets).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal).ToList();
        if (step.Catalogue is not null)
        {
            var narrow = Text(step, actions, ["*"], region);
            if (narrow.Length <= MostCharacters)
            {
                return new(narrow, []);
            }
        }

        var wide = own.Where(action => action != PassRole).Select(PrefixOf).Distinct().Order(StringComparer.Ordinal).ToList();
        var roles = ActionResource.Roles(step.Call.Parameters).Distinct().Order(StringComparer.Ordinal).ToList();
        var passes = roles.Count > 0 || actions.Contains(PassRole);
        var all = wide.Select(prefix => $"{prefix}:*").Concat(ofSecrets.Where(action => !wide.Contains(PrefixOf(action))).Order(StringComparer.Ordinal)).ToList();
        if (passes)
        {
            all.Add(PassRole);
        }

        var text = Text(step, all, roles.Count > 0 ? roles : ["*"], region);
        return new(text.Length <= MostCharacters ? text : Text(step, all, ["*"], region), wide);
    }

    private string Text(Step step, IReadOnlyList<string> actions, IReadOnlyList<string> roles, string region)
    {
        var inRegion = actions.Where(action => IsRegional(step, PrefixOf(action))).ToList();
        var anywhere = actions.Except(inRegion).Where(action => action != PassRole).ToList();
        var statements = new List<JsonNode>();
        if (inRegion.Count > 0)
        {
            var statement = Statement(inRegion, ["*"]);
            statement["Condition"] = new JsonObject { ["StringEquals"] = new JsonObject { ["aws:RequestedRegion"] = region } };
            statements.Add(statement);
        }

        if (anywhere.Count > 0)
        {
            statements.Add(Statement(anywhere, ["*"]));
        }

        if (actions.Contains(PassRole))
        {
            statements.Add(Statement([PassRole], roles));
        }

        var onBehalf = Statement(["*"], ["*"]);
        onBehalf["Condition"] = new JsonObject { ["Bool"] = new JsonObject { ["aws:ViaAWSService"] = "true" } };
        statements.Add(onBehalf);
        return new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray([.. statements]) }.ToJsonString();
    }

    private static JsonObject Statement(IEnumerable<string> actions, IReadOnlyList<string> resources) => new()
    {
        ["Effect"] = "Allow",
        ["Action"] = new JsonArray([.. actions.Select(action => JsonValue.Create(action))]),
        ["Resource"] = resources is [var one] ? one : new JsonArray([.. resources.Select(resource => JsonValue.Create(resource))]),
    };

    /// <summary>A prefix that names no service of ours is let be: a condition that a service does not fill would refuse the call.</summary>
    private bool IsRegional(Step step, string prefix)
    {
        if (prefix == "s3")
        {
            return false;
        }

        if (catalog.Actions(step.Call.Service, step.Call.Operation).Any(action => PrefixOf(action) == prefix))
        {
            return catalog.IsRegional(step.Call.Service);
        }

        try
        {
            return catalog.IsRegional(prefix);
        }
        catch (AwsInputException)
        {
            return false;
        }
    }

    private static string PrefixOf(string action) => action.Split(':')[0];

    private static IEnumerable<string> ForSecrets(Step step)
    {
        var texts = Texts(step.Call.Parameters).Concat(step.Alternatives.SelectMany(Texts)).Concat(step.Undo.SelectMany(undo => Texts(undo.Call.Parameters))).ToList();
        return texts.Exists(SecretReference.MayBeOfSecretsManager) ? ["ssm:GetParameter", "secretsmanager:GetSecretValue"]
            : texts.Exists(SecretReference.MayBeParameter) ? ["ssm:GetParameter"]
            : [];
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };
}
