using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Planning.Blueprints;

/// <summary>What a caller gave for a blueprint, judged: every problem at once.</summary>
/// <param name="Values">With the defaults filled in; whole only when there are neither problems nor missing inputs.</param>
/// <param name="Problems">Unknown and ill-typed inputs.</param>
/// <param name="Missing">Required inputs that were not given.</param>
public sealed record InputCheck(
    Blueprint Blueprint, JsonObject Values, IReadOnlyList<Problem> Problems, IReadOnlyList<BlueprintInput> Missing)
{
    public bool IsRight => Problems.Count == 0 && Missing.Count == 0;

    public static InputCheck Of(Blueprint blueprint, JsonObject given)
    {
        var problems = new List<Problem>();
        foreach (var (name, value) in given)
        {
            if (blueprint.Inputs.FirstOrDefault(input => input.Name == name) is not { } input)
            {
                var names = blueprint.Inputs.Select(one => one.Name).ToList();
                problems.Add(new($"inputs.{Cut(name)}", $"{blueprint.Name} has no input '{Cut(name)}'.{Near(name, names)} It has: {string.Join(", ", names)}."));
            }
            else if (value is not null && InputValue.Problem(input, value) is { } problem)
            {
                problems.Add(new($"inputs.{name}", $"{Upper(problem)}. For example {input.Example.ToJsonString()}."));
            }
        }

        var values = new JsonObject(blueprint.Inputs.Select(input =>
            KeyValuePair.Create(input.Name, (given[input.Name] ?? input.Default)?.DeepClone())));
        return new(blueprint, values, problems, [.. blueprint.Inputs.Where(input => input.Required && given[input.Name] is null)]);
    }

    /// <exception cref="CallerException">
    /// <c>missing_inputs</c> (nothing else is wrong) or <c>invalid_inputs</c>; both name every input with its type, default and an example.
    /// </exception>
    public void ThrowIfWrong()
    {
        if (IsRight)
        {
            return;
        }

        var problems = Problems.Concat(Missing.Select(input => new Problem($"inputs.{input.Name}", $"Missing. {Describe(input)}"))).ToList();
        var optional = Blueprint.Inputs.Where(input => !input.Required && Problems.All(problem => problem.Path != $"inputs.{input.Name}")).ToList();
        var missing = string.Join(", ", Missing.Select(input => input.Name));
        var what = Problems.Count == 0 ? $"it needs {missing}" : $"its inputs have {(problems.Count == 1 ? "1 problem" : $"{problems.Count} problems")}";
        throw new CallerException(
            Problems.Count == 0 ? "missing_inputs" : "invalid_inputs",
            $"The blueprint {Blueprint.Name} makes {Lower(Blueprint.Summary)}; {what}. Nothing was planned or changed."
            + (optional.Count == 0 ? "" : " Optional: " + string.Join(" ", optional.Select(input => $"{input.Name}: {Describe(input)}"))),
            problems);
    }

    /// <summary>What an input is, in one line.</summary>
    public static string Describe(BlueprintInput input) =>
        $"{input.Description} {Upper(InputValue.Expected(input))}"
        + (input.Required ? "" : input.Default is { } standard && Shown(standard) is { } shown ? $"; default {shown}" : "; default: none")
        + $"; for example {Cut(input.Example.ToJsonString())}.";

    internal static string Near(string wrong, IEnumerable<string> names) => $" Nearest: {Nearest.Of(wrong, names, 2)}.";

    private static string? Shown(JsonNode standard) => Cut(standard.ToJsonString());

    private static string Upper(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Lower(string text) => (char.ToLowerInvariant(text[0]) + text[1..]).TrimEnd('.');

    private static string Cut(string text) => text.Length <= 80 ? text : $"{text[..80]}...";
}
