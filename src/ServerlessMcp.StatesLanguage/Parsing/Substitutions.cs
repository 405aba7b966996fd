using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ServerlessMcp.StatesLanguage.Parsing;

/// <summary>Puts values in the place of <c>${Name}</c> in every string of a definition. Source: SAM, DefinitionSubstitutions.</summary>
internal static partial class Substitutions
{
    public static JsonObject Apply(JsonObject definition, IReadOnlyDictionary<string, string> values, List<DefinitionProblem> problems) =>
        Fill(definition, "", values, problems)!.AsObject();

    private static JsonNode? Fill(
        JsonNode? node, string pointer, IReadOnlyDictionary<string, string> values, List<DefinitionProblem> problems)
    {
        switch (node)
        {
            case JsonObject members:
                return new JsonObject(members.Select(
                    member => KeyValuePair.Create(member.Key, Fill(member.Value, $"{pointer}/{member.Key}", values, problems))));
            case JsonArray items:
                return new JsonArray([.. items.Select(
                    (item, i) => Fill(item, string.Create(CultureInfo.InvariantCulture, $"{pointer}/{i}"), values, problems))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return JsonValue.Create(Text(value.GetValue<string>(), pointer, values, problems));
            default:
                return node?.DeepClone();
        }
    }

    private static string Text(
        string text, string pointer, IReadOnlyDictionary<string, string> values, List<DefinitionProblem> problems) =>
        Name().Replace(text, match =>
        {
            if (values.TryGetValue(match.Groups[1].Value, out var value))
            {
                return value;
            }

            problems.Add(new(pointer, $"There is no value for {match.Value}; give one among the substitutions."));
            return match.Value;
        });

    [GeneratedRegex(@"\$\{([A-Za-z0-9_]+)\}")]
    private static partial Regex Name();
}
