using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Planning.Blueprints;

/// <summary>What a blueprint's templates see: <c>{inputs, facts, values, tags, account, region, partition}</c> and, in a repeated step, <c>item</c>.</summary>
internal sealed class BlueprintScope
{
    private readonly IQueryLanguage _query;
    private readonly JsonObject _scope;

    public BlueprintScope(IQueryLanguage query, Blueprint blueprint, JsonObject inputs, PlanTarget target)
    {
        _query = query;
        _scope = PlanningScope.Of(target, [], null, null);
        _scope["inputs"] = Escaped(inputs);
        _scope["facts"] = new JsonObject();
        _scope["values"] = new JsonObject();
        _scope["tags"] = Tags(blueprint, _scope["inputs"]!.AsObject());
    }

    public JsonArray List(string expression) => _query.Search(expression, _scope) as JsonArray ?? [];

    public JsonNode? Fill(JsonNode? template) => TemplateFunctions.Apply(Template.Fill(template, own: false));

    public string Text(string template) => Template.Fill(template, own: false)!.ToString();

    public bool Holds(string? expression) => Template.Holds(expression);

    public void SetFact(string name, JsonNode? value) => _scope["facts"]!.AsObject()[name] = value?.DeepClone();

    public void SetValue(string name, JsonNode? template) => _scope["values"]!.AsObject()[name] = Fill(template);

    public void SetItem(JsonNode? item) => _scope["item"] = item?.DeepClone();

    private Template Template => new(_query, _scope);

    /// <summary>What a caller gives is never a reference to a step, whose ids they do not know.</summary>
    private static JsonNode? Escaped(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(References.Escape(member.Key), Escaped(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Escaped)]),
        JsonValue value when value.TryGetValue<string>(out var text) => References.Escape(text),
        _ => node?.DeepClone(),
    };

    /// <summary>The tags in the three forms that AWS takes: <c>list</c> of Key and Value, <c>lower</c> of key and value, <c>map</c>.</summary>
    private static JsonObject Tags(Blueprint blueprint, JsonObject inputs)
    {
        var all = inputs["tags"]!.AsObject()
            .Select(tag => (tag.Key, Value: tag.Value!.ToString()))
            .Prepend((Key: "smcp:blueprint", Value: $"{blueprint.Name}/{inputs["name"]}"))
            .ToList();
        return new()
        {
            ["list"] = new JsonArray([.. all.Select(tag => (JsonNode)new JsonObject { ["Key"] = tag.Key, ["Value"] = tag.Value })]),
            ["lower"] = new JsonArray([.. all.Select(tag => (JsonNode)new JsonObject { ["key"] = tag.Key, ["value"] = tag.Value })]),
            ["map"] = new JsonObject(all.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))),
        };
    }
}
