using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning.Checks;

/// <summary>Whether one call is right by the models: its names, that it is a change, its parameters, and that it holds no literal secret.</summary>
internal sealed class CallCheck(IAwsCatalog catalog)
{
    /// <returns>Null if the operation is not known.</returns>
    public AwsOperation? Operation(string service, string operation, string path, ProblemList problems)
    {
        try
        {
            return catalog.Operation(catalog.CanonicalService(service), operation);
        }
        catch (AwsInputException e)
        {
            problems.Add(e.Code == "unknown_service" ? $"{path}.service" : $"{path}.operation", e.Message);
            return null;
        }
    }

    public static void MustChange(AwsOperation operation, string path, ProblemList problems)
    {
        if (!operation.IsRead || operation.Acts)
        {
            return;
        }

        problems.Add(
            $"{path}.operation",
            operation.IsHarmlessRead
                ? $"{operation.Service}:{operation.Name} is a read; a step of kind call is a change. Make it a check or a collect, or read it with aws_read."
                : $"{operation.Service}:{operation.Name} is a read that {operation.SensitiveBecause}; a step of kind call is a change, and its answer would be stored. Leave it out.");
    }

    /// <summary>Of a harmless read: that its parameters do not make it show secrets, nor may come to.</summary>
    /// <param name="path">Of the parameters.</param>
    public static void MustStayHarmless(AwsOperation operation, JsonObject parameters, string path, ProblemList problems)
    {
        if (operation.IsSensitiveWith(parameters))
        {
            problems.Add(path, $"makes {operation.Service}:{operation.Name} show secrets; only harmless reads are made here");
        }
        else if (operation.SensitiveWhen is { } when && References.Find(parameters[when.Path], own: true).Any())
        {
            problems.Add($"{path}.{when.Path}", "must not be a reference: it decides whether the read shows secrets");
        }
    }

    public void Parameters(AwsOperation operation, JsonObject parameters, bool own, string path, ProblemList problems)
    {
        if (Written(parameters) is JsonObject plain)
        {
            foreach (var problem in catalog.Validate(operation, plain, text => IsPlaceholder(text, own)))
            {
                problems.Add(path, problem);
            }
        }

        try
        {
            _ = CanonicalJson.Write(parameters);
        }
        catch (FormatException e)
        {
            problems.Add(path, e.Message);
        }

        Secrets(operation, parameters, path, problems);
    }

    private void Secrets(AwsOperation operation, JsonObject parameters, string path, ProblemList problems)
    {
        var sensitive = catalog.SensitiveValues(operation, parameters);
        foreach (var found in sensitive)
        {
            if (found is { Value: not null, MayBeLiteral: false } && SecretReference.Parse(found.Value) is null)
            {
                var what = found.Untold is { } untold ? $"may hold a secret as long as {untold} is not given: give it, or" : "holds a secret;";
                problems.Add(
                    ProblemList.At(path, found.Path),
                    $"{what} write {SecretReference.Advice} here, which is resolved right before the call; a literal would be stored with the plan");
            }
        }

        var allowed = sensitive.Select(item => item.Path).ToHashSet();
        foreach (var where in SecretPlaces(parameters, "$").Where(where => !allowed.Contains(where)))
        {
            problems.Add(
                ProblemList.At(path, where),
                $"is no secret by AWS's models and would be shown; {SecretReference.Advice} is only for members that hold one");
        }
    }

    private static bool IsPlaceholder(string text, bool own) =>
        References.FindInText(text, own).Any() || SecretReference.Parse(JsonValue.Create(text)) is not null;

    /// <summary>The parameters as they will be sent, as far as types go: a <c>{"$json": value}</c> is a text.</summary>
    private static JsonNode? Written(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } members when members.ContainsKey(References.JsonMember) =>
            JsonValue.Create(members[References.JsonMember]?.ToJsonString() ?? "null"),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Written(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Written)]),
        _ => node?.DeepClone(),
    };

    private static IEnumerable<string> SecretPlaces(JsonNode? node, string where) => node switch
    {
        JsonObject members => members.SelectMany(member => SecretPlaces(member.Value, $"{where}.{member.Key}")),
        JsonArray items => items.SelectMany((item, n) => SecretPlaces(item, $"{where}[{n}]")),
        _ => SecretReference.Parse(node) is null ? [] : [where],
    };
}
