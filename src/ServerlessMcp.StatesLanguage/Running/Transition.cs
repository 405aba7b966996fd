using System.Text.Json.Nodes;

namespace ServerlessMcp.StatesLanguage.Running;

/// <summary>One step of a run: stored as one, or not at all.</summary>
public sealed record Transition(RunState Run, IReadOnlyList<HistoryEvent> Events);

/// <param name="Type">As Step Functions names it, such as <c>TaskStateEntered</c>.</param>
/// <param name="Details">Its own members, such as <c>name</c>, <c>input</c>, <c>output</c>, <c>error</c>, <c>cause</c>.</param>
public sealed record HistoryEvent(string Type, JsonObject? Details = null);

/// <summary>What a worker is to be called with.</summary>
/// <param name="Arguments">After Parameters.</param>
public sealed record TaskCall(string Resource, JsonNode? Arguments);

/// <summary>What is not in the run and not in the definition; given, so that the interpreter itself has no clock and no dice.</summary>
/// <param name="Random">From 0 to below 1; asked for jitter only.</param>
/// <param name="NewToken">Asked when a task that waits for a token is scheduled; must be unguessable and never the same.</param>
public sealed record Surroundings(DateTimeOffset Now, Func<double> Random, Func<string> NewToken);
