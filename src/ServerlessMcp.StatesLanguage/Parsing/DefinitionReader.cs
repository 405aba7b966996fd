using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.States;

namespace ServerlessMcp.StatesLanguage.Parsing;

/// <summary>Text to machine, in three looks: substitutions, each field of each state, then the graph.</summary>
internal static class DefinitionReader
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static StateMachine Read(string definition, IReadOnlyDictionary<string, string> substitutions)
    {
        var problems = new List<DefinitionProblem>();
        if (ParseObject(definition, problems) is { } root)
        {
            var filled = Substitutions.Apply(root, substitutions, problems);
            var machine = ReadMachine(new Fields(filled, "", problems), filled.ToJsonString(), problems);
            if (problems.Count == 0)
            {
                return machine;
            }
        }

        throw new DefinitionException(problems);
    }

    private static JsonObject? ParseObject(string definition, List<DefinitionProblem> problems)
    {
        try
        {
            if (JsonNode.Parse(definition, documentOptions: Strict) is JsonObject root)
            {
                return root;
            }

            problems.Add(new("", "A definition is a JSON object."));
        }
        catch (JsonException broken)
        {
            problems.Add(new("", $"This is no JSON, or a name stands twice in one object (line {broken.LineNumber + 1})."));
        }

        return null;
    }

    private static StateMachine ReadMachine(Fields fields, string text, List<DefinitionProblem> problems)
    {
        fields.Ignore("Comment");
        var version = fields.Text("Version");
        if (version is not (null or "1.0"))
        {
            fields.Problem("Version", "Only version 1.0 exists.");
        }

        fields.RequireJsonPath();
        var startAt = fields.Text("StartAt", required: true) ?? "";
        var timeout = fields.Seconds("TimeoutSeconds", 1);
        var states = ReadStates(fields);
        fields.RefuseRest();
        if (problems.Count == 0)
        {
            GraphCheck.Check(startAt, states, problems);
        }

        return new(text, startAt, timeout, states);
    }

    private static Dictionary<string, State> ReadStates(Fields fields)
    {
        var states = new Dictionary<string, State>(StringComparer.Ordinal);
        foreach (var (name, state) in fields.Members("States"))
        {
            if (name.Length > 80)
            {
                state.Problem("", "A state's name has at most 80 characters.");
            }

            if (StateReader.Read(name, state) is { } read)
            {
                states.Add(name, read);
            }
        }

        return states;
    }
}
