using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Catalog;

/// <summary>Finds the members that the model marks sensitive, as Models/sensitive.json has reviewed it: in what is sent and in what comes back.</summary>
/// <remarks>A member that is sensitive only beside some neighbour's value is sensitive also where that neighbour is absent: nobody knows then.</remarks>
/// <param name="isAnswer">Whether members count that may hold a secret and are shown all the same, which only parameters have.</param>
internal sealed class SensitiveMembers(ServiceModel model, bool isAnswer)
{
    /// <summary>What stands in a sensitive value's place.</summary>
    public const string Hidden = "(sensitive)";

    public static IReadOnlyList<AwsSensitiveValue> Find(ServiceModel model, OperationModel operation, JsonObject parameters) =>
        new SensitiveMembers(model, isAnswer: false).Find(operation.Input, parameters);

    /// <returns>The answer itself if nothing in it is sensitive; else a copy.</returns>
    public static JsonObject Redact(ServiceModel model, OperationModel operation, JsonObject output)
    {
        var members = new SensitiveMembers(model, isAnswer: true);
        if (members.Find(operation.Output, output).Count == 0)
        {
            return output;
        }

        var redacted = output.DeepClone().AsObject();
        foreach (var (_, value) in members.Find(operation.Output, redacted))
        {
            Hide(value!);
        }

        return redacted;
    }

    private static void Hide(JsonNode value)
    {
        switch (value.Parent)
        {
            case JsonObject members:
                members[value.GetPropertyName()] = JsonValue.Create(Hidden);
                break;
            case JsonArray items:
                items[value.GetElementIndex()] = JsonValue.Create(Hidden);
                break;
        }
    }

    private List<AwsSensitiveValue> Find(int shape, JsonObject given)
    {
        var found = new List<AwsSensitiveValue>();
        if (shape >= 0)
        {
            InStructure(model.ShapeAt(shape), given, "$", found);
        }

        return found;
    }

    private bool IsSensitive(Member member, JsonObject given) => (member.IsSensitive || (member.TakesSecret && !isAnswer))
        && (member.SensitiveWhen is not { } when || given[when.Member] is not { } neighbour || neighbour.ToString() == when.Value);

    private static string? Untold(Member member, JsonObject given) =>
        member.SensitiveWhen is { } when && given[when.Member] is null ? when.Member : null;

    private void InStructure(Shape shape, JsonObject given, string path, List<AwsSensitiveValue> found)
    {
        foreach (var (name, value) in given)
        {
            if (value is not null && shape.Find(name) is { } member)
            {
                if (IsSensitive(member, given))
                {
                    found.Add(new($"{path}.{name}", value) { Untold = Untold(member, given), MayBeLiteral = member.TakesSecret });
                }
                else
                {
                    InValue(member with { IsSensitive = false, TakesSecret = false }, value, $"{path}.{name}", found);
                }
            }
        }
    }

    private void InValue(Member member, JsonNode value, string path, List<AwsSensitiveValue> found)
    {
        if (member.IsSensitive || (member.TakesSecret && !isAnswer))
        {
            found.Add(new(path, value) { MayBeLiteral = member.TakesSecret });
            return;
        }

        switch (value)
        {
            case JsonObject given when member.IsStructure:
                InStructure(model.ShapeOf(member), given, path, found);
                break;
            case JsonObject map when member.Kind == ShapeKind.Map:
                foreach (var (key, child) in map.Where(pair => pair.Value is not null))
                {
                    InValue(model.ShapeOf(member).Element!, child!, $"{path}.{key}", found);
                }

                break;
            case JsonArray items when member.Kind == ShapeKind.List:
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is { } item)
                    {
                        InValue(model.ShapeOf(member).Element!, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), found);
                    }
                }

                break;
        }
    }
}
