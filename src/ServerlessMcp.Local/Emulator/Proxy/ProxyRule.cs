using System.Text.Json.Serialization;

namespace ServerlessMcp.Local.Emulator.Proxy;

internal enum ProxyAction
{
    /// <summary>AWS says no: nothing is forwarded.</summary>
    Refuse,

    /// <summary>Waits before forwarding.</summary>
    Delay,

    /// <summary>Waits before forwarding, and forwards also when the caller has hung up meanwhile: the effect comes late.</summary>
    Late,

    /// <summary>Forwards, and waits before it answers.</summary>
    DelayAfter,

    /// <summary>Closes the connection; nothing was forwarded.</summary>
    DropBefore,

    /// <summary>Forwards, then closes the connection: the answer is lost.</summary>
    DropAfter,

    /// <summary>What the call creates is not found by reads for a while.</summary>
    Hide,
}

/// <summary>What the proxy does to some requests. JSON in snake_case: <c>{"service":"ec2","operation":"CreateSubnet","action":"drop_after","times":1}</c>.</summary>
/// <remarks>Members with a default are settable: the JSON generator would write null over the default of an init-only one.</remarks>
internal sealed record ProxyRule
{
    /// <summary>Signing name; null is any.</summary>
    public string? Service { get; init; }

    /// <summary>Exact, or with <c>*</c> at its end; null is any.</summary>
    public string? Operation { get; init; }

    /// <summary>Member that the request must have with this value, such as <c>VpcId</c>.</summary>
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>Only from the nth matching call on, counted from 1 since the rule was set.</summary>
    public int Nth { get; set; } = 1;

    /// <summary>For how many calls; null is for all.</summary>
    public int? Times { get; init; }

    public required ProxyAction Action { get; init; }

    /// <summary>Of <see cref="ProxyAction.Refuse"/>.</summary>
    public string Code { get; set; } = "InternalError";

    public string Message { get; set; } = "Refused by a proxy rule.";

    public int Status { get; set; } = 400;

    /// <summary>Milliseconds of a delay or of hiding.</summary>
    public int Ms { get; init; }

    public bool Matches(AwsRequest request) =>
        (Service is null || Service == request.Service)
        && (Operation is null || (Operation.EndsWith('*')
            ? request.Operation.StartsWith(Operation[..^1], StringComparison.Ordinal)
            : request.Operation == Operation))
        && (Parameters is null || Parameters.All(one => request.Parameters.GetValueOrDefault(one.Key) == one.Value));
}

/// <summary>The rules in force; thread safe.</summary>
internal sealed class ProxyRules
{
    private readonly Lock _lock = new();
    private List<Counted> _rules = [];

    public void Add(params IEnumerable<ProxyRule> rules)
    {
        lock (_lock)
        {
            _rules.AddRange(rules.Select(rule => new Counted(rule)));
        }
    }

    public void Replace(params IEnumerable<ProxyRule> rules)
    {
        lock (_lock)
        {
            _rules = [.. rules.Select(rule => new Counted(rule))];
        }
    }

    public void Clear() => Replace();

    public IReadOnlyList<ProxyRule> All()
    {
        lock (_lock)
        {
            return [.. _rules.Select(one => one.Rule)];
        }
    }

    /// <summary>The rules that act on this request; counts it.</summary>
    public IReadOnlyList<ProxyRule> Take(AwsRequest request)
    {
        lock (_lock)
        {
            return [.. _rules.Where(one => one.Rule.Matches(request) && one.Take()).Select(one => one.Rule)];
        }
    }

    private sealed class Counted(ProxyRule rule)
    {
        private int _seen;

        public ProxyRule Rule { get; } = rule;

        public bool Take()
        {
            _seen++;
            return _seen >= Rule.Nth && (Rule.Times is not { } times || _seen < Rule.Nth + times);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(Executions.SnakeCase<ProxyAction>), typeof(Executions.SnakeCase<ProxyOutcome>)])]
[JsonSerializable(typeof(List<ProxyRule>))]
[JsonSerializable(typeof(IReadOnlyList<ProxyRule>), TypeInfoPropertyName = "Rules")]
[JsonSerializable(typeof(IReadOnlyList<ProxyRecord>), TypeInfoPropertyName = "Records")]
[JsonSerializable(typeof(List<StrictRule>))]
internal sealed partial class ProxyJson : JsonSerializerContext;
