using ServerlessMcp.StatesLanguage;

namespace ServerlessMcp.Tests.StatesLanguage;

public sealed class DefinitionTests
{
    private const string Invoke = "arn:aws:states:::lambda:invoke";

    [Theory]
    [InlineData("""{ "Type": "Map", "End": true }""", "/States/A/Type", "Map is outside the subset")]
    [InlineData("""{ "Type": "Parallel", "End": true }""", "/States/A/Type", "Parallel is outside the subset")]
    [InlineData("""{ "Type": "Pass", "QueryLanguage": "JSONata", "End": true }""", "/States/A/QueryLanguage", "JSONata")]
    [InlineData("""{ "Type": "Pass", "Assign": {}, "End": true }""", "/States/A/Assign", "outside the subset")]
    [InlineData("""{ "Type": "Pass", "Parameters": { "a": [{ "x.$": "States.UUID()" }] }, "End": true }""", "/States/A/Parameters/a/0/x.$", "Intrinsic")]
    [InlineData("""{ "Type": "Pass", "Parameters": { "x.$": 3 }, "End": true }""", "/States/A/Parameters/x.$", "JSONPath")]
    [InlineData("""{ "Type": "Pass", "InputPath": "$.a[?(@.b)]", "End": true }""", "/States/A/InputPath", "outside the subset")]
    [InlineData("""{ "Type": "Pass", "ResultPath": "$.a[*]", "End": true }""", "/States/A/ResultPath", "one place")]
    [InlineData("""{ "Type": "Pass" }""", "/States/A", "Either Next or End")]
    [InlineData("""{ "Type": "Wait", "Seconds": -1, "End": true }""", "/States/A/Seconds", "from 0")]
    [InlineData("""{ "Type": "Wait", "Seconds": 1, "SecondsPath": "$.a", "End": true }""", "/States/A", "Exactly one")]
    [InlineData("""{ "Type": "Wait", "Timestamp": "tomorrow", "End": true }""", "/States/A/Timestamp", "moment")]
    [InlineData("""{ "Type": "Fail", "Error": "a", "ErrorPath": "$.a" }""", "/States/A", "not both")]
    [InlineData("""{ "Type": "Choice", "Choices": [] }""", "/States/A/Choices", "at least one")]
    [InlineData("""{ "Type": "Choice", "Choices": [{ "Variable": "$.a", "StringEquals": 1, "Next": "A" }] }""", "/States/A/Choices/0/StringEquals", "text")]
    [InlineData("""{ "Type": "Choice", "Choices": [{ "Variable": "$.a", "Next": "A" }] }""", "/States/A/Choices/0", "Exactly one operator")]
    public void What_is_wrong_or_outside_the_subset_is_refused_at_its_place(string state, string at, string message)
    {
        var refused = Refuse($$"""{ "StartAt": "A", "States": { "A": {{state}} } }""");

        Assert.Contains(refused, problem => problem.At == at && problem.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(""" "Resource": "arn:aws:states:::sqs:sendMessage" """, "/States/A/Resource")]
    [InlineData(""" "TimeoutSeconds": 10, "HeartbeatSeconds": 10 """, "/States/A/HeartbeatSeconds")]
    [InlineData(""" "Retry": [{ "ErrorEquals": ["States.ALL", "X"] }] """, "/States/A/Retry/0/ErrorEquals")]
    [InlineData(""" "Retry": [{ "ErrorEquals": ["States.ALL"] }, { "ErrorEquals": ["X"] }] """, "/States/A/Retry/0/ErrorEquals")]
    [InlineData(""" "Retry": [{ "ErrorEquals": ["X"], "JitterStrategy": "SOME" }] """, "/States/A/Retry/0/JitterStrategy")]
    [InlineData(""" "Retry": [{ "ErrorEquals": ["X"], "IntervalSeconds": 9, "MaxDelaySeconds": 5 }] """, "/States/A/Retry/0/MaxDelaySeconds")]
    [InlineData(""" "Retry": [{ "ErrorEquals": ["X"], "BackoffRate": 0.5 }] """, "/States/A/Retry/0/BackoffRate")]
    [InlineData(""" "Retry": [{ "ErrorEquals": ["States.Whatever"] }] """, "/States/A/Retry/0/ErrorEquals")]
    [InlineData(""" "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "A" }, { "ErrorEquals": ["X"], "Next": "A" }] """, "/States/A/Catch/0/ErrorEquals")]
    [InlineData(""" "Catch": [{ "ErrorEquals": ["X"] }] """, "/States/A/Catch/0/Next")]
    [InlineData(""" "Catch": [{ "ErrorEquals": [], "Next": "A" }] """, "/States/A/Catch/0/ErrorEquals")]
    public void Wrong_task_fields_are_found_that_other_validators_miss(string fields, string at)
    {
        var resource = fields.Contains("Resource", StringComparison.Ordinal) ? "" : $"\"Resource\": \"{Invoke}\",";

        var refused = Refuse($$"""{ "StartAt": "A", "States": { "A": { "Type": "Task", {{resource}} {{fields}}, "End": true } } }""");

        Assert.Equal([at], refused.Select(problem => problem.At));
    }

    [Theory]
    [InlineData("""{ "StartAt": "B", "States": { "A": { "Type": "Succeed" } } }""", "/StartAt")]
    [InlineData("""{ "StartAt": "A", "States": { "A": { "Type": "Pass", "Next": "B" } } }""", "/States/A")]
    [InlineData("""{ "StartAt": "A", "States": { "A": { "Type": "Succeed" }, "B": { "Type": "Succeed" } } }""", "/States/B")]
    [InlineData("""{ "StartAt": "A", "States": { "A": { "Type": "Pass", "Next": "A" } } }""", "/States")]
    [InlineData("""{ "StartAt": "A", "States": {} }""", "/States")]
    [InlineData("""{ "StartAt": "A", "States": { "A": { "Type": "Succeed" }, "A": { "Type": "Succeed" } } }""", "")]
    [InlineData("""{ "StartAt": "A", "Version": "2.0", "States": { "A": { "Type": "Succeed" } } }""", "/Version")]
    [InlineData("""{ "StartAt": "A", "TimeoutSeconds": 0, "States": { "A": { "Type": "Succeed" } } }""", "/TimeoutSeconds")]
    [InlineData("[]", "")]
    [InlineData("{", "")]
    public void Wrong_machines_are_refused(string definition, string at) =>
        Assert.Equal([at], Refuse(definition).Select(problem => problem.At));

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var refused = Refuse("""
            { "StartAt": "A", "Extra": 1, "States": {
                "A": { "Type": "Map", "Next": "B" }, "B": { "Type": "Wait", "End": true }, "C": { "Type": "Pass", "OutputPath": "x", "End": true } } }
            """);

        Assert.Equal(["/States/A/Type", "/States/B", "/States/C/OutputPath", "/Extra"], refused.Select(problem => problem.At));
    }

    [Fact]
    public void Substitutions_are_made_in_every_text_and_a_missing_one_is_a_problem()
    {
        const string Text = """{ "StartAt": "A", "States": { "A": { "Type": "Pass", "Result": ["${One}-${Two}"], "End": true } } }""";

        var machine = StateMachine.Parse(Text, new Dictionary<string, string> { ["One"] = "\"1\"", ["Two"] = "2" });
        var refused = Assert.Throws<DefinitionException>(() => StateMachine.Parse(Text, new Dictionary<string, string> { ["One"] = "1" }));

        Assert.Contains("""["\u00221\u0022-2"]""", machine.Text, StringComparison.Ordinal);
        Assert.Equal("/States/A/Result/0", Assert.Single(refused.Problems).At);
    }

    [Fact]
    public void What_a_run_keeps_is_the_same_machine_again()
    {
        var machine = StateMachine.Parse(
            """{ "StartAt": "A", "States": { "A": { "Type": "Pass", "Result": "${X}", "End": true } } }""",
            new Dictionary<string, string> { ["X"] = "x" });

        Assert.Equal(machine.Hash, StateMachine.Parse(machine.Text).Hash);
    }

    [Fact]
    public void The_execution_machine_is_in_the_subset()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "statemachines", "execution.asl.json"));

        var machine = StateMachine.Parse(text, new Dictionary<string, string> { ["WorkerFunctionArn"] = "local" });

        Assert.Contains("BeginRollback", machine.StateNames);
    }

    private static IReadOnlyList<DefinitionProblem> Refuse(string definition) =>
        Assert.Throws<DefinitionException>(() => StateMachine.Parse(definition)).Problems;
}
