using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ServerlessMcp.Executions.Plans;

/// <summary>Writes a step with only the members of its kind: one that changes nothing has no undo, class, repeat rule or effect to show.</summary>
public sealed class StepConverter : JsonConverter<Step>
{
    /// <summary>What a step without effect has in these members; only a <see cref="StepKind.Call"/> writes them.</summary>
    private static readonly JsonObject Unsaid = Members(Step.Look("", StepKind.Check, ""), [
        "effect", "call", "repeat", "alreadyDone", "settleSeconds", "undo", "empty", "requires", "reversibility", "alternatives", "iam",
    ]);

    public override Step Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = JsonNode.Parse(ref reader)?.AsObject() ?? throw new JsonException("A step is null.");
        if (json["kind"]?.GetValue<string>() != "call")
        {
            foreach (var (name, value) in Unsaid.Where(member => !json.ContainsKey(member.Key)))
            {
                json[name] = value?.DeepClone();
            }
        }

        return json.Deserialize(StepJson.Default.Step) ?? throw new JsonException("A step is null.");
    }

    public override void Write(Utf8JsonWriter writer, Step value, JsonSerializerOptions options)
    {
        if (value.Kind == StepKind.Call)
        {
            JsonSerializer.Serialize(writer, value, StepJson.Default.Step);
            return;
        }

        var json = JsonNodes.ToObject(value, StepJson.Default.Step);
        foreach (var name in Unsaid.Where(member => JsonNode.DeepEquals(json[member.Key], member.Value)).Select(member => member.Key).ToList())
        {
            json.Remove(name);
        }

        json.WriteTo(writer);
    }

    private static JsonObject Members(Step step, string[] names)
    {
        var json = JsonNodes.ToObject(step, StepJson.Default.Step);
        return new(names.Select(name => KeyValuePair.Create(name, json[name]?.DeepClone())));
    }
}
