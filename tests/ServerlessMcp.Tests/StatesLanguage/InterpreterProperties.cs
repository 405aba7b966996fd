using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Tests.StatesLanguage;

/// <summary>Laws of every run, on random machines without loops and random outcomes.</summary>
public sealed class InterpreterProperties
{
    private static readonly string[] Errors = ["A", "B", "Lambda.Unknown", "States.Runtime", "States.TaskFailed"];

    private static readonly Gen<(int[] Kinds, int[] Targets, int[] Outcomes)> AnyRun = Gen.Select(
        Gen.Int[0, 7].Array[1, 12], Gen.Int[0, 1000].Array[24], Gen.Int[0, 99].Array[0, 40]);

    [Fact]
    public void It_always_ends() => AnyRun.Sample(run =>
    {
        var driver = Play(Definition(run.Kinds, run.Targets), run.Outcomes, restoresEachStep: false);

        Assert.True(driver.Run.HasEnded);
    }, iter: 300);

    [Fact]
    public void The_same_input_and_outcomes_give_the_same_history_also_when_restored_from_each_checkpoint() => AnyRun.Sample(run =>
    {
        var definition = Definition(run.Kinds, run.Targets);
        var first = Play(definition, run.Outcomes, restoresEachStep: false);
        var again = Play(definition, run.Outcomes, restoresEachStep: false);
        var restored = Play(definition, run.Outcomes, restoresEachStep: true);

        Assert.Equal(first.History, again.History);
        Assert.Equal(first.History, restored.History);
        Assert.Equal((first.Run.Phase, first.Run.Error, first.Run.EndedAt), (restored.Run.Phase, restored.Run.Error, restored.Run.EndedAt));
    }, iter: 300);

    [Fact]
    public void What_is_said_to_be_scheduled_has_one_outcome_each() => AnyRun.Sample(run =>
    {
        var history = Play(Definition(run.Kinds, run.Targets), run.Outcomes, restoresEachStep: false).History;

        Assert.Equal(Count(history, "TaskScheduled"), Count(history, "TaskSucceeded") + Count(history, "TaskFailed") + Count(history, "TaskTimedOut"));
        Assert.Equal(1, history.Count(item => item.StartsWith("Execution", StringComparison.Ordinal) && !item.StartsWith("ExecutionStarted", StringComparison.Ordinal)));
        Assert.StartsWith("Execution", history[^1], StringComparison.Ordinal);
    }, iter: 300);

    private static int Count(List<string> history, string type) => history.Count(item => item.StartsWith(type, StringComparison.Ordinal));

    private static Driver Play(string definition, int[] outcomes, bool restoresEachStep)
    {
        var driver = new Driver(definition, """{ "n": 3, "s": "x" }""") { RestoresEachStep = restoresEachStep };
        var next = 0;
        for (var i = 0; i < 2_000 && !driver.Run.HasEnded; i++)
        {
            var outcome = next < outcomes.Length ? outcomes[next] : 0;
            next += driver.Run.Phase is RunPhase.Invoking or RunPhase.Awaiting ? 1 : 0;
            Assert.True(driver.Run.Phase switch
            {
                RunPhase.Entering => driver.Send(new Signal.Go()),
                RunPhase.Waiting or RunPhase.Retrying => driver.TimerWhenDue(),
                _ => driver.Send(Outcome(driver, outcome)) || driver.TimerWhenDue(),
            });
        }

        return driver;
    }

    private static Signal Outcome(Driver driver, int outcome) => (outcome % 4, driver.Run.Token) switch
    {
        (0, null) => new Signal.Returned(new JsonObject { ["n"] = outcome, ["s"] = "y" }),
        (0, var token) => new Signal.Answered(token, new JsonObject { ["n"] = outcome }),
        (1, _) when driver.Run.Phase == RunPhase.Invoking => new Signal.Broke(Errors[outcome % Errors.Length], "cause"),
        (1, var token) => new Signal.Refused(token!, Errors[outcome % Errors.Length], "cause"),
        (2, not null) when driver.Run.Phase == RunPhase.Invoking => new Signal.Returned(null),
        _ => new Signal.Timer(),
    };

    /// <summary>States S0, S1, ... each leading only to later ones; the last ends.</summary>
    private static string Definition(int[] kinds, int[] targets)
    {
        var states = new JsonObject();
        for (var i = 0; i < kinds.Length; i++)
        {
            string Later(int pick) => Name(i + 1 + (targets[(i * 2 + pick) % targets.Length] % (kinds.Length - i)));
            states[Name(i)] = State(kinds[i], Name(i + 1), Later(0), Later(1));
        }

        states[Name(kinds.Length)] = new JsonObject { ["Type"] = "Succeed" };
        return new JsonObject { ["StartAt"] = "S0", ["TimeoutSeconds"] = 9999, ["States"] = states }.ToJsonString();
    }

    /// <param name="after">The state that follows; some edge always leads there, so that every state is reached.</param>
    private static JsonObject State(int kind, string after, string one, string other) => JsonNode.Parse(kind switch
    {
        0 => $$"""{ "Type": "Pass", "Parameters": { "n.$": "$.n", "s": "p" }, "Next": "{{after}}" }""",
        1 => $$"""{ "Type": "Wait", "Seconds": 5, "Next": "{{after}}" }""",
        2 => $$"""{ "Type": "Wait", "SecondsPath": "$.n", "Next": "{{after}}" }""",
        3 => $$"""
            { "Type": "Choice", "Choices": [
                { "Variable": "$.n", "NumericGreaterThan": 50, "Next": "{{one}}" },
                { "And": [{ "Variable": "$.s", "IsPresent": true }, { "Variable": "$.s", "StringEquals": "x" }], "Next": "{{other}}" }],
              "Default": "{{after}}" }
            """,
        4 => Task("", "\"TimeoutSeconds\": 60", after, one, other),
        5 => Task("", "\"TimeoutSecondsPath\": \"$.n\", \"OutputPath\": \"$\"", after, one, other),
        6 => Task(".waitForTaskToken", "\"TimeoutSeconds\": 600, \"HeartbeatSeconds\": 60, \"ResultPath\": \"$.r\"", after, one, other),
        _ => Task(".waitForTaskToken", "\"TimeoutSeconds\": 60, \"ResultPath\": null", after, one, other),
    })!.AsObject();

    private static string Task(string suffix, string fields, string after, string one, string other) => $$"""
        { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke{{suffix}}", {{fields}}, "Next": "{{after}}",
          "Retry": [{ "ErrorEquals": ["A"], "MaxAttempts": 2 }, { "ErrorEquals": ["Lambda.Unknown", "States.Timeout"], "JitterStrategy": "FULL" }],
          "Catch": [{ "ErrorEquals": ["B"], "ResultPath": "$.error", "Next": "{{one}}" }, { "ErrorEquals": ["States.ALL"], "Next": "{{other}}" }] }
        """;

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"S{number}");
}
