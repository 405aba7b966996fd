namespace ServerlessMcp.Tests.Local.Engine;

/// <summary>Small machines for the engine's tests.</summary>
internal static class Machines
{
    public const string Retry =
        """ "Retry": [{ "ErrorEquals": ["Lambda.Unknown", "States.Timeout"], "IntervalSeconds": 2, "MaxAttempts": 5 }] """;

    /// <summary>Two tasks with a choice and a wait between, and a gate.</summary>
    public static string Full { get; } = $$$"""
        { "StartAt": "First", "TimeoutSeconds": 864000, "States": {
            "First": { {{{Task("first")}}}, "TimeoutSeconds": 120, "OutputPath": "$.Payload", {{{Retry}}}, "Next": "Route" },
            "Route": { "Type": "Choice", "Choices": [{ "Variable": "$.verb", "StringEquals": "first", "Next": "Pause" }], "Default": "Lost" },
            "Pause": { "Type": "Wait", "Seconds": 30, "Next": "Gate" },
            "Gate": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "TimeoutSeconds": 3600,
                "Parameters": { "FunctionName": "f", "Payload": { "verb": "gate", "taskToken.$": "$$.Task.Token" } },
                "ResultPath": "$.answer", "Catch": [{ "ErrorEquals": ["States.Timeout"], "Next": "Lost" }], "Next": "Second" },
            "Second": { {{{Task("second")}}}, "ResultSelector": { "verb.$": "$.Payload.verb" }, {{{Retry}}}, "Next": "Done" },
            "Done": { "Type": "Succeed" },
            "Lost": { "Type": "Fail", "Error": "Lost" } } }
        """;

    /// <summary>One task.</summary>
    /// <param name="fields">More fields of the task.</param>
    public static string One(string fields = "\"TimeoutSeconds\": 60") =>
        $$$"""{ "StartAt": "A", "States": { "A": { {{{Task("one")}}}, {{{fields}}}, "OutputPath": "$.Payload", "End": true } } }""";

    public static string Gate(string fields) => $$$"""
        { "StartAt": "A", "States": {
            "A": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                "Parameters": { "Payload": { "verb": "gate", "taskToken.$": "$$.Task.Token" } }, {{{fields}}},
                "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Late" }], "End": true },
            "Late": { "Type": "Fail", "Error": "Late" } } }
        """;

    public static string Wait(int seconds) =>
        $$"""{ "StartAt": "A", "States": { "A": { "Type": "Wait", "Seconds": {{seconds}}, "End": true } } }""";

    private static string Task(string verb) => $$"""
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": { "FunctionName": "f", "Payload": { "verb": "{{verb}}", "attempt.$": "$$.State.RetryCount" } }
        """;
}
