using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Tests.StatesLanguage;

/// <summary>What the recordings do not show: times, tokens, retriers one by one.</summary>
public sealed class InterpreterTests
{
    private const string Resource = "\"Type\": \"Task\", \"Resource\": \"arn:aws:states:::lambda:invoke\"";
    private const string TokenResource = "\"Type\": \"Task\", \"Resource\": \"arn:aws:states:::lambda:invoke.waitForTaskToken\"";

    [Fact]
    public void Each_retrier_counts_for_itself_and_an_exhausted_one_goes_to_Catch()
    {
        var driver = Task("""
            "Retry": [{ "ErrorEquals": ["A"], "MaxAttempts": 1 }, { "ErrorEquals": ["B"], "IntervalSeconds": 5 }, { "ErrorEquals": ["States.ALL"] }],
            "Catch": [{ "ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Z" }]
            """);

        driver.Send(new Signal.Broke("A", null));
        Assert.Equal((RunPhase.Retrying, Driver.Begin.AddSeconds(1)), (driver.Run.Phase, driver.Run.Due!.Value));
        driver.TimerWhenDue();
        driver.Send(new Signal.Broke("B", null));
        Assert.Equal(driver.Now.AddSeconds(5), driver.Run.Due);
        driver.TimerWhenDue();
        driver.Send(new Signal.Broke("B", null));
        Assert.Equal(driver.Now.AddSeconds(10), driver.Run.Due);
        driver.TimerWhenDue();
        Assert.Equal([1, 2, 0], driver.Run.Retries);
        driver.Send(new Signal.Broke("A", "why"));

        Assert.Equal("Z", driver.Run.State);
        Assert.Equal("""{"a":1,"error":{"Error":"A","Cause":"why"}}""", driver.Run.Input!.ToJsonString());
        Assert.Equal(0, driver.Run.RetryCount);
    }

    [Theory]
    [InlineData("NONE", 0.5, 8)]
    [InlineData("FULL", 0.5, 4)]
    [InlineData("FULL", 0.0, 0)]
    public void Delays_grow_to_their_cap_and_full_jitter_takes_a_part(string jitter, double random, double seconds)
    {
        var driver = Task($$"""
            "Retry": [{ "ErrorEquals": ["A"], "IntervalSeconds": 3, "BackoffRate": 2, "MaxDelaySeconds": 8, "JitterStrategy": "{{jitter}}" }]
            """);
        driver.Random = random;
        driver.Send(new Signal.Broke("A", null));
        driver.TimerWhenDue();
        driver.Send(new Signal.Broke("A", null));
        driver.TimerWhenDue();

        driver.Send(new Signal.Broke("A", null));

        Assert.Equal(driver.Now.AddSeconds(seconds), driver.Run.Due);
    }

    [Theory]
    [InlineData("States.Runtime", false)]
    [InlineData("States.Timeout", false)]
    [InlineData("States.DataLimitExceeded", false)]
    [InlineData("Anything", true)]
    public void TaskFailed_matches_what_a_task_itself_reports(string error, bool matches)
    {
        var driver = Task("\"Catch\": [{ \"ErrorEquals\": [\"States.TaskFailed\"], \"Next\": \"Z\" }]");

        driver.Send(new Signal.Broke(error, null));

        Assert.Equal(matches, driver.Run.Phase == RunPhase.Entering);
    }

    [Fact]
    public void Nothing_retries_or_catches_Runtime()
    {
        var driver = Task("""
            "Parameters": { "x.$": "$.missing" }, "Retry": [{ "ErrorEquals": ["States.ALL"] }],
            "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Z" }]
            """);

        Assert.Equal((RunPhase.Failed, "States.Runtime"), (driver.Run.Phase, driver.Run.Error));
        Assert.Contains("$.missing", driver.Run.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_timeout_counts_from_the_call_and_a_call_again_has_its_full_time()
    {
        var driver = Task("\"TimeoutSeconds\": 60");

        Assert.False(driver.After(59).Timer());
        Assert.True(driver.Send(new Signal.CallAgain()));
        Assert.False(driver.After(59).Timer());
        Assert.True(driver.After(1).Timer());

        Assert.Equal((RunPhase.Failed, "States.Timeout"), (driver.Run.Phase, driver.Run.Error));
        Assert.StartsWith("TaskTimedOut", driver.History[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void The_machines_own_timeout_ends_a_run_in_any_phase()
    {
        var driver = new Driver($$"""
            { "StartAt": "A", "TimeoutSeconds": 100, "States": { "A": { {{Resource}}, "TimeoutSeconds": 1000, "End": true } } }
            """).Go();

        Assert.Equal(Driver.Begin.AddSeconds(100), driver.Run.NextTimer);
        Assert.True(driver.After(100).Send(new Signal.Returned(null)));

        Assert.Equal(RunPhase.TimedOut, driver.Run.Phase);
        Assert.StartsWith("ExecutionTimedOut", driver.History[^1], StringComparison.Ordinal);
        Assert.False(driver.Send(new Signal.Returned(null)));
    }

    [Fact]
    public void A_token_answers_once_and_only_while_its_attempt_waits()
    {
        var driver = Task("\"ResultPath\": \"$.answer\"", TokenResource);
        Assert.Equal("t1", driver.Run.Token);

        Assert.True(driver.Send(new Signal.Returned(new JsonObject())));
        Assert.Equal(RunPhase.Awaiting, driver.Run.Phase);
        Assert.False(driver.Send(new Signal.Answered("t2", "no")));
        Assert.True(driver.Send(new Signal.Answered("t1", "yes")));

        Assert.Equal("""{"a":1,"answer":"yes"}""", driver.Run.Input!.ToJsonString());
        Assert.False(driver.Send(new Signal.Answered("t1", "again")));
    }

    [Fact]
    public void An_answer_may_come_before_the_call_has_returned()
    {
        var driver = Task("\"ResultPath\": null", TokenResource);

        Assert.True(driver.Send(new Signal.Answered("t1", "yes")));
        Assert.False(driver.Send(new Signal.Returned(new JsonObject())));

        Assert.Equal("Z", driver.Run.State);
    }

    [Fact]
    public void A_retry_makes_a_new_token_and_the_old_one_is_void()
    {
        var driver = Task("\"Retry\": [{ \"ErrorEquals\": [\"States.ALL\"] }]", TokenResource);
        driver.Send(new Signal.Broke("X", null));
        Assert.False(driver.Send(new Signal.Answered("t1", "late")));
        driver.TimerWhenDue();

        Assert.Equal("t2", driver.Run.Token);
        Assert.False(driver.Send(new Signal.Answered("t1", "late")));
        Assert.True(driver.Send(new Signal.Answered("t2", "now")));
    }

    [Fact]
    public void Heartbeats_push_their_limit_and_a_lost_one_is_a_timeout_that_both_names_catch()
    {
        foreach (var name in new[] { "States.Timeout", "States.HeartbeatTimeout" })
        {
            var driver = Task(
                $$""" "TimeoutSeconds": 600, "HeartbeatSeconds": 10, "Catch": [{ "ErrorEquals": ["{{name}}"], "Next": "Z" }]""", TokenResource);
            driver.Send(new Signal.Returned(new JsonObject()));
            driver.After(9).Send(new Signal.Heartbeat("t1"));

            Assert.False(driver.After(9).Timer());
            Assert.True(driver.After(1).Timer());

            Assert.Equal("""{"Error":"States.Timeout","Cause":""}""", driver.Run.Input!.ToJsonString());
        }
    }

    [Fact]
    public void The_worker_sees_attempt_and_token()
    {
        var driver = Task(
            """
            "Parameters": { "n.$": "$$.State.RetryCount", "t.$": "$$.Task.Token", "in.$": "$" }, "Retry": [{ "ErrorEquals": ["X"] }]
            """,
            TokenResource);
        driver.Send(new Signal.Broke("X", null));
        driver.TimerWhenDue();

        Assert.Equal("""{"n":1,"t":"t2","in":{"a":1}}""", driver.Call.Arguments!.ToJsonString());
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*c*e", "abcde", true)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("\\\\*", "*", true)]
    [InlineData("\\\\*", "a", false)]
    [InlineData("*\\\\*", "a*", true)]
    public void StringMatches_knows_stars_and_escapes(string pattern, string text, bool holds)
    {
        var driver = new Driver(
            $$"""
            { "StartAt": "A", "States": {
                "A": { "Type": "Choice", "Choices": [{ "Variable": "$.t", "StringMatches": "{{pattern}}", "Next": "Yes" }], "Default": "No" },
                "Yes": { "Type": "Succeed" }, "No": { "Type": "Fail" } } }
            """,
            $$"""{ "t": "{{text}}" }""").Go();

        Assert.Equal(holds, driver.Run.Phase == RunPhase.Succeeded);
    }

    [Fact]
    public void A_guard_protects_what_follows_and_without_it_a_missing_value_is_Runtime()
    {
        const string Machine = """
            { "StartAt": "A", "States": {
                "A": { "Type": "Choice", "Choices": [{ RULE, "Next": "B" }], "Default": "B" }, "B": { "Type": "Succeed" } } }
            """;
        const string Bare = "\"Variable\": \"$.x\", \"NumericGreaterThan\": 1";
        const string Guarded = "\"And\": [{ \"Variable\": \"$.x\", \"IsPresent\": true }, { " + Bare + " }]";

        Assert.Equal("States.Runtime", new Driver(Machine.Replace("RULE", Bare, StringComparison.Ordinal)).Go().Run.Error);
        Assert.Equal(RunPhase.Succeeded, new Driver(Machine.Replace("RULE", Guarded, StringComparison.Ordinal)).Go().Run.Phase);
    }

    [Fact]
    public void Too_large_an_input_fails_the_run_and_too_large_a_result_can_be_caught()
    {
        var large = new string('x', 300_000);
        var driver = Task("\"Catch\": [{ \"ErrorEquals\": [\"States.DataLimitExceeded\"], \"Next\": \"Z\" }]");

        driver.Send(new Signal.Returned(large));
        var tooLarge = new Driver("""{ "StartAt": "A", "States": { "A": { "Type": "Succeed" } } }""", $"\"{large}\"").Go();

        Assert.Equal("Z", driver.Run.State);
        Assert.Equal((RunPhase.Failed, "States.DataLimitExceeded"), (tooLarge.Run.Phase, tooLarge.Run.Error));
    }

    /// <summary>A task A that goes to a state Z, entered with <c>{"a":1}</c>.</summary>
    private static Driver Task(string fields, string resource = Resource) =>
        new Driver($$"""{ "StartAt": "A", "States": { "A": { {{resource}}, {{fields}}, "Next": "Z" }, "Z": { "Type": "Succeed" } } }""", """{"a":1}""").Go();
}
