using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Log groups, alarms and dashboards.</summary>
internal static class WatchCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["cloudwatch-logs:CreateLogGroup"] = stage => Step("cloudwatch-logs", "CreateLogGroup", $$"""{ "logGroupName": "/proof/{{stage.Tag}}", "tags": { "team": "a" } }"""),
        ["cloudwatch-logs:PutRetentionPolicy"] = async stage =>
            await Step("cloudwatch-logs", "PutRetentionPolicy", $$"""{ "logGroupName": "{{await GroupAsync(stage, null)}}", "retentionInDays": 7 }"""),
        ["cloudwatch-logs:PutRetentionPolicy lengthening"] = async stage =>
            await Step("cloudwatch-logs", "PutRetentionPolicy", $$"""{ "logGroupName": "{{await GroupAsync(stage, 7)}}", "retentionInDays": 30 }"""),
        ["cloudwatch-logs:DeleteRetentionPolicy"] = async stage =>
            await Step("cloudwatch-logs", "DeleteRetentionPolicy", $$"""{ "logGroupName": "{{await GroupAsync(stage, 7)}}" }"""),
        ["cloudwatch-logs:PutMetricFilter"] = async stage => Filter(await GroupAsync(stage, null), "errors", "?ERROR ?FATAL"),
        ["cloudwatch-logs:TagResource"] = async stage => await Step("cloudwatch-logs", "TagResource", $$"""
            { "resourceArn": "arn:aws:logs:{{stage.Region}}:{{stage.Account}}:log-group:{{await GroupAsync(stage, null)}}", "tags": { "team": "b", "new": "x" } }
            """),
        ["cloudwatch:PutMetricAlarm"] = stage => Task.FromResult(Alarm(stage, 3)),
        ["cloudwatch:PutMetricAlarm over another"] = async stage =>
        {
            await AlarmAsync(stage, true);
            return Alarm(stage, 5);
        },
        ["cloudwatch:DeleteAlarms"] = async stage => await Step("cloudwatch", "DeleteAlarms", $$"""{ "AlarmNames": ["{{await AlarmAsync(stage, true)}}"] }"""),
        ["cloudwatch:PutDashboard"] = stage => Task.FromResult(Dashboard(stage, "one")),
        ["cloudwatch:PutDashboard over another"] = async stage =>
        {
            await stage.OtherHandAsync("cloudwatch", "PutDashboard", Dashboard(stage, "old").Parameters);
            return Dashboard(stage, "new");
        },
        ["cloudtrail:StopLogging"] = async stage =>
        {
            var trail = await TrailAsync(stage);
            await stage.OtherHandAsync("cloudtrail", "StartLogging", new() { ["Name"] = trail });
            return Request("cloudtrail", "StopLogging", $$"""{ "Name": "{{trail}}" }""");
        },
        ["cloudtrail:StartLogging"] = async stage => await Step("cloudtrail", "StartLogging", $$"""{ "Name": "{{await TrailAsync(stage)}}" }"""),
    };

    private static async Task<string> TrailAsync(ProofStage stage)
    {
        var bucket = $"trail-{Guid.NewGuid():n}";
        await stage.OtherHandAsync("s3", "CreateBucket", JsonNode.Parse(
            $$"""{ "Bucket": "{{bucket}}", "CreateBucketConfiguration": { "LocationConstraint": "{{stage.Region}}" } }""")!.AsObject());
        return await stage.MadeAsync("cloudtrail", "CreateTrail", new() { ["Name"] = $"trail-{stage.Tag}", ["S3BucketName"] = bucket }, "Name");
    }

    private static async Task<string> GroupAsync(ProofStage stage, int? retention)
    {
        var name = $"/proof/{stage.Tag}";
        await stage.OtherHandAsync("cloudwatch-logs", "CreateLogGroup", JsonNode.Parse(
            $$"""{ "logGroupName": "{{name}}", "tags": { "team": "a", "other": "stays" } }""")!.AsObject());
        await stage.OtherHandAsync("cloudwatch-logs", "CreateLogGroup", new() { ["logGroupName"] = $"{name}-longer" });
        if (retention is not null)
        {
            await stage.OtherHandAsync("cloudwatch-logs", "PutRetentionPolicy", new() { ["logGroupName"] = name, ["retentionInDays"] = retention });
        }

        return name;
    }

    private static StepRequest Filter(string group, string name, string pattern) => Request("cloudwatch-logs", "PutMetricFilter", $$"""
        { "logGroupName": "{{group}}", "filterName": "{{name}}", "filterPattern": "{{pattern}}",
          "metricTransformations": [{ "metricName": "Errors", "metricNamespace": "Proof", "metricValue": "1" }] }
        """);

    private static StepRequest Alarm(ProofStage stage, int threshold) => Request("cloudwatch", "PutMetricAlarm", $$"""
        { "AlarmName": "errors {{stage.Tag}}", "AlarmDescription": "more than {{threshold}}", "MetricName": "Errors", "Namespace": "AWS/Lambda", "Statistic": "Sum",
          "Dimensions": [{ "Name": "FunctionName", "Value": "f" }], "Period": 60, "EvaluationPeriods": 2, "DatapointsToAlarm": 1, "Threshold": {{threshold}},
          "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching",
          "AlarmActions": ["arn:aws:sns:{{stage.Region}}:{{stage.Account}}:ops"] }
        """);

    private static async Task<string> AlarmAsync(ProofStage stage, bool enabled)
    {
        var alarm = Alarm(stage, 3);
        alarm.Parameters["ActionsEnabled"] = enabled;
        await stage.OtherHandAsync("cloudwatch", "PutMetricAlarm", alarm.Parameters);
        return alarm.Parameters["AlarmName"]!.ToString();
    }

    private static StepRequest Dashboard(ProofStage stage, string text) => new(
        "it", null, "cloudwatch", "PutDashboard", new()
        {
            ["DashboardName"] = $"proof-{stage.Tag}",
            ["DashboardBody"] = $$$"""{"widgets":[{"type":"text","x":0,"y":0,"width":3,"height":3,"properties":{"markdown":"{{{text}}}"}}]}""",
        });
}
