using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Tests.Fakes;

public enum Fault
{
    None,

    /// <summary>AWS says no.</summary>
    Refuse,

    /// <summary>Throttled: surely not carried out.</summary>
    Busy,

    /// <summary>The request is lost on its way; the caller cannot tell.</summary>
    LostBefore,

    /// <summary>Carried out, but the answer is lost.</summary>
    LostAfter,
}

/// <summary>
/// A tiny AWS of things <c>{id, name?, value, marker?}</c>: Create, Ensure (the same again is harmless), Change, Delete, Describe, Find. Reads may lag behind writes.
/// Names are unique; a thing without a name can be made twice, which is the mistake that tests look for.
/// </summary>
internal sealed class FakeAws(TimeProvider time) : IStepApi
{
    private readonly Dictionary<string, JsonObject> _things = [];
    private readonly Dictionary<string, string> _tokens = [];
    private readonly List<(DateTimeOffset At, Dictionary<string, JsonObject> Things)> _history = [];
    private int _made;

    /// <summary>What to do with a call; gets the call and its ordinal from 1, reads included.</summary>
    public Func<ApiCall, int, Fault> FaultOf { get; set; } = (_, _) => Fault.None;

    /// <summary>Answers a call in the place of AWS; null: AWS answers.</summary>
    public Func<ApiCall, CallOutcome?> Instead { get; set; } = _ => null;

    /// <summary>Called before and after each call with its ordinal; may throw, as when the process dies.</summary>
    public Action<int, bool>? Boundary { get; set; }

    /// <summary>The class of the code NotFound, where a test is about it.</summary>
    public TroubleClass? NotFoundClass { get; set; }

    public TimeSpan Lag { get; set; }

    /// <summary>Seconds until a waiter finds a thing ready.</summary>
    public int ReadyAfter { get; set; }

    /// <summary>Values whose things never become ready.</summary>
    public HashSet<string> Broken { get; } = [];

    /// <summary>The states of CloudWatch alarms, by name.</summary>
    public Dictionary<string, string> Alarms { get; } = [];

    /// <summary>What each Create answers beside the id.</summary>
    public JsonObject MoreOfCreate { get; set; } = [];

    public int Calls { get; private set; }

    /// <summary>Every effect, such as <c>Create t-1</c>.</summary>
    public List<string> Effects { get; } = [];

    public List<ApiCall> Sent { get; } = [];

    public string Add(string? name, string value)
    {
        var id = $"t-{++_made}";
        Remember();
        _things[id] = new() { ["id"] = id, ["name"] = name, ["value"] = value, ["since"] = DateTimeOffset.MinValue.ToString("O", CultureInfo.InvariantCulture) };
        return id;
    }

    /// <summary>A call whose answer was lost is carried out after all.</summary>
    public string Carried(string executionId, string stepId, string value = "new")
    {
        var id = Add(null, value);
        _things[id]["marker"] = $"{executionId}/{stepId}";
        return id;
    }

    /// <summary>Another hand at work.</summary>
    public void Alien(string id, string? value)
    {
        Remember();
        if (value is null)
        {
            _things.Remove(id);
        }
        else
        {
            _things[id]["value"] = value;
        }
    }

    public string IdOf(string name) => _things.Values.Single(thing => thing["name"]?.GetValue<string>() == name)["id"]!.GetValue<string>();

    /// <summary>Name and value of all there is, sorted: ids do not count.</summary>
    public List<string> Inventory() => [.. _things.Values.Select(thing => $"{thing["name"]}={thing["value"]}").Order(StringComparer.Ordinal)];

    public Task<CallOutcome> CallAsync(PlanTarget target, ApiCall call, StepSession? session, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var ordinal = ++Calls;
        Boundary?.Invoke(ordinal, false);
        Sent.Add(call);
        var fault = FaultOf(call, ordinal);
        var outcome = Instead(call) ?? Answer(call, ordinal, fault);
        Boundary?.Invoke(ordinal, true);
        return Task.FromResult(outcome);
    }

    public Task<CallOutcome> ReadAsync(PlanTarget target, ApiCall call, TimeSpan timeout, CancellationToken cancellationToken) =>
        CallAsync(target, call, session: null, timeout, cancellationToken);

    /// <summary>Name of the session of each step; null: none has one.</summary>
    public Func<StepSession, string?>? Sessions { get; set; }

    public string? SessionName(PlanTarget target, StepSession session) => Sessions?.Invoke(session);

    private CallOutcome Answer(ApiCall call, int ordinal, Fault fault)
    {
        switch (fault)
        {
            case Fault.Refuse:
                return new CallOutcome.Refused("Denied", "No.", $"r-{ordinal}");
            case Fault.Busy:
                return new CallOutcome.Busy("Throttling", "Slow down.", $"r-{ordinal}", false);
            case Fault.LostAfter:
                Carry(call, ordinal);
                return new CallOutcome.Busy("ConnectionLost", "No answer.", null, true);
            case Fault.LostBefore:
                return new CallOutcome.Busy("ConnectionLost", "No answer.", null, true);
            default:
                return Carry(call, ordinal);
        }
    }

    public Task<WaitOutcome> LookAsync(PlanTarget target, StepWait wait, StepSession session, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var ordinal = ++Calls;
        Boundary?.Invoke(ordinal, false);
        var fault = FaultOf(new("aws", "things", "Look", wait.Parameters!), ordinal);
        if (fault is not (Fault.None or Fault.Refuse))
        {
            return Task.FromResult<WaitOutcome>(new WaitOutcome.Busy("ConnectionLost", "No answer."));
        }

        return Task.FromResult(Look(wait.Parameters!["id"]!.GetValue<string>()));
    }

    private WaitOutcome Look(string id)
    {
        if (!_things.TryGetValue(id, out var thing))
        {
            return new WaitOutcome.NotYet(5);
        }

        if (Broken.Contains(thing["value"]!.GetValue<string>()))
        {
            return new WaitOutcome.Failed("Broken", "It will never be ready.");
        }

        var since = DateTimeOffset.Parse(thing["since"]!.GetValue<string>(), CultureInfo.InvariantCulture);
        return time.GetUtcNow() - since >= TimeSpan.FromSeconds(ReadyAfter) ? new WaitOutcome.Done() : new WaitOutcome.NotYet(5);
    }

    private CallOutcome Carry(ApiCall call, int ordinal)
    {
        var parameters = call.Parameters;
        return call.Operation switch
        {
            "Create" => WithMore(Create(parameters, ordinal)),
            "Ensure" => Find(_things, parameters) is { } there && JsonNode.DeepEquals(there["value"], parameters["value"])
                ? new CallOutcome.Succeeded(new() { ["id"] = there["id"]!.DeepClone() }, $"r-{ordinal}")
                : Create(parameters, ordinal),
            "Change" => OnThing(parameters, ordinal, "Change", thing => thing["value"] = parameters["value"]!.DeepClone()),
            "Delete" => OnThing(parameters, ordinal, "Delete", thing => _things.Remove(thing["id"]!.GetValue<string>())),
            "Describe" => Find(Seen(), parameters) is { } thing
                ? new CallOutcome.Succeeded(new() { ["thing"] = thing.DeepClone() }, $"r-{ordinal}")
                : new CallOutcome.Refused("NotFound", "There is no such thing.", $"r-{ordinal}", NotFoundClass),
            "Find" => new CallOutcome.Succeeded(
                new()
                {
                    ["things"] = new JsonArray([.. Seen().Values
                        .Where(thing => JsonNode.DeepEquals(thing["marker"], parameters["marker"])).Select(thing => thing.DeepClone())]),
                },
                $"r-{ordinal}"),
            "DescribeAlarms" => new CallOutcome.Succeeded(new() { ["MetricAlarms"] = AlarmsOf(parameters) }, $"r-{ordinal}"),
            _ => new CallOutcome.Refused("UnknownOperation", call.Operation, $"r-{ordinal}"),
        };
    }

    private JsonArray AlarmsOf(JsonObject parameters)
    {
        var names = parameters["AlarmNames"]!.AsArray().Select(name => name!.GetValue<string>()).Where(Alarms.ContainsKey);
        return [.. names.Select(name => (JsonNode)new JsonObject { ["AlarmName"] = name, ["StateValue"] = Alarms[name], ["StateReason"] = "The fake says so." })];
    }

    private CallOutcome WithMore(CallOutcome outcome)
    {
        foreach (var (name, value) in MoreOfCreate)
        {
            (outcome as CallOutcome.Succeeded)?.Output.Add(name, value?.DeepClone());
        }

        return outcome;
    }

    private CallOutcome Create(JsonObject parameters, int ordinal)
    {
        var token = parameters["token"]?.GetValue<string>();
        if (token is not null && _tokens.TryGetValue(token, out var earlier))
        {
            return new CallOutcome.Succeeded(new() { ["id"] = earlier }, $"r-{ordinal}");
        }

        var name = parameters["name"]?.GetValue<string>();
        if (name is not null && _things.Values.Any(thing => thing["name"]?.GetValue<string>() == name))
        {
            return new CallOutcome.Refused("AlreadyExists", "The name is taken.", $"r-{ordinal}");
        }

        Remember();
        var id = $"t-{++_made}";
        Effects.Add($"Create {id}");
        _things[id] = new()
        {
            ["id"] = id,
            ["name"] = name,
            ["value"] = parameters["value"]!.DeepClone(),
            ["marker"] = parameters["marker"]?.DeepClone(),
            ["since"] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        };
        if (token is not null)
        {
            _tokens[token] = id;
        }

        return new CallOutcome.Succeeded(new() { ["id"] = id }, $"r-{ordinal}");
    }

    private CallOutcome OnThing(JsonObject parameters, int ordinal, string effect, Action<JsonObject> apply)
    {
        if (Find(_things, parameters) is not { } thing)
        {
            return new CallOutcome.Refused("NotFound", "There is no such thing.", $"r-{ordinal}", NotFoundClass);
        }

        // The same value again is no effect: that is what makes a Put harmless.
        if (effect == "Delete" || !JsonNode.DeepEquals(thing["value"], parameters["value"]))
        {
            Remember();
            Effects.Add($"{effect} {thing["id"]} {parameters["value"]}".TrimEnd());
            apply(thing);
        }

        return new CallOutcome.Succeeded([], $"r-{ordinal}");
    }

    private void Remember() =>
        _history.Add((time.GetUtcNow(), _things.ToDictionary(pair => pair.Key, pair => pair.Value.DeepClone().AsObject())));

    /// <summary>What a read sees: the things as they stood before the first write that is younger than the lag.</summary>
    private Dictionary<string, JsonObject> Seen()
    {
        var edge = time.GetUtcNow() - Lag;
        return _history.Where(entry => entry.At > edge).Select(entry => entry.Things).FirstOrDefault() ?? _things;
    }

    private static JsonObject? Find(Dictionary<string, JsonObject> things, JsonObject parameters) =>
        parameters["id"]?.GetValue<string>() is { } id
            ? things.GetValueOrDefault(id)
            : things.Values.FirstOrDefault(thing => thing["name"]?.GetValue<string>() == parameters["name"]?.GetValue<string>());
}
