using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Steps on <see cref="Fakes.FakeAws"/>, one of each way to repeat.</summary>
internal static class Steps
{
    public static readonly Reversibility Full = new(UndoClass.Full, []);

    /// <summary>A thing without a name; a second try is safe by its client token.</summary>
    public static Step CreateByToken(string id, string value = "new") => Create(id, null, value) with
    {
        Repeat = new() { Rule = RepeatRule.Token, TokenAt = "/token" },
    };

    /// <summary>A thing without a name; found again by our marker.</summary>
    public static Step CreateByMarker(string id, string value = "new") => Create(id, null, value) with
    {
        Repeat = new()
        {
            Rule = RepeatRule.Locate,
            MarkerAt = "/marker",
            Locate = new() { Call = Call("Find", ("marker", "{marker}")), Select = "things[0]" },
        },
    };

    /// <summary>A thing with a name; found again by it, and refused if the name was taken before.</summary>
    public static Step CreateByName(string id, string name, string value = "new") => Create(id, name, value) with
    {
        Before = Read("thing", ("name", name)) with { Exists = true, Planned = true, Value = null },
        Repeat = new() { Rule = RepeatRule.Locate, Locate = Read("thing", ("name", name)) },
        AlreadyDone = ["AlreadyExists"],
    };

    /// <summary>A thing with a name; the same call again is harmless and answers the same.</summary>
    public static Step CreateByValue(string id, string name, string value = "new") => Create(id, name, value) with
    {
        Call = Call("Ensure", ("name", name), ("value", value)),
        Before = Read("thing", ("name", name)) with { Exists = true, Planned = true, Value = null },
        Repeat = new() { Rule = RepeatRule.Value },
    };

    public static Step Change(string id, string name, string from, string to) => ChangeOf(id, "name", name, to) with
    {
        Before = Read("thing.value", ("name", name)) with { Planned = true, Value = from },
    };

    /// <summary>Changes what an earlier step makes.</summary>
    public static Step ChangeOf(string id, string member, string target, string to) => new()
    {
        Id = id,
        Title = $"Change {target}",
        Effect = StepEffect.Change,
        Call = Call("Change", (member, target), ("value", to)),
        Before = Read("thing.value", (member, target)),
        Repeat = new() { Rule = RepeatRule.Value },
        SettleSeconds = 10,
        Undo = [new(null, Call("Change", (member, target), ("value", "${before}")), null, [])],
        Reversibility = Full,
    };

    public static Step Delete(string id, string name, string value) => new()
    {
        Id = id,
        Title = $"Delete {name}",
        Effect = StepEffect.Change,
        Call = Call("Delete", ("name", name)),
        Before = Read("thing.value", ("name", name)) with { Planned = true, Value = value },
        Repeat = new() { Rule = RepeatRule.Value },
        AlreadyDone = ["NotFound"],
        SettleSeconds = 10,
        Undo = [new(null, Call("Create", ("name", name), ("value", "${before}")), null, ["AlreadyExists"])],
        Reversibility = Full,
    };

    public static ApiCall Call(string operation, params (string Name, string Value)[] parameters) => new(
        "aws", "things", operation,
        new JsonObject(parameters.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Name, JsonValue.Create(pair.Value)))));

    public static StepRead Read(string select, params (string Name, string Value)[] parameters) =>
        new() { Call = Call("Describe", parameters), Select = select, Absent = ["NotFound"] };

    public static StepWait Ready() => new() { Waiter = "Ready", Service = "things", Parameters = new() { ["id"] = "${output.id}" } };

    private static Step Create(string id, string? name, string value) => new()
    {
        Id = id,
        Title = $"Create {name ?? id}",
        Effect = StepEffect.Create,
        Resource = "arn:thing/${output.id}",
        Call = name is null ? Call("Create", ("value", value)) : Call("Create", ("name", name), ("value", value)),
        After = Read("thing.value", ("id", "${output.id}")),
        Repeat = new() { Rule = RepeatRule.Never },
        SettleSeconds = 10,
        Undo = [new(null, Call("Delete", ("id", "${output.id}")), null, ["NotFound"])],
        Reversibility = Full,
    };
}
