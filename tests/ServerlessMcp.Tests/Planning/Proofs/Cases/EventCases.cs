using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Rules with their targets, and image repositories.</summary>
internal static class EventCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["eventbridge:PutRule"] = stage => Task.FromResult(Rule(stage, "rate(5 minutes)")),
        ["eventbridge:PutRule over another"] = async stage =>
        {
            await RuleAsync(stage);
            return Rule(stage, "rate(1 day)");
        },
        ["eventbridge:PutTargets"] = async stage =>
        {
            var rule = await RuleAsync(stage);
            await stage.OtherHandAsync("eventbridge", "PutTargets", Targets(stage, rule, "old", "a", "other").Parameters);
            return Targets(stage, rule, "new", "a", "b");
        },
        ["eventbridge:DisableRule"] = async stage => await Step("eventbridge", "DisableRule", $$"""{ "Name": "{{await RuleAsync(stage)}}" }"""),
        ["eventbridge:EnableRule"] = async stage =>
        {
            var rule = await RuleAsync(stage);
            await stage.OtherHandAsync("eventbridge", "DisableRule", new() { ["Name"] = rule });
            return Request("eventbridge", "EnableRule", $$"""{ "Name": "{{rule}}" }""");
        },
        ["ecr:CreateRepository"] = stage => Step("ecr", "CreateRepository", $$"""{ "repositoryName": "app-{{stage.Tag}}" }"""),
        ["ecr:PutLifecyclePolicy"] = async stage => Policy(await RepositoryAsync(stage), 10),
        ["ecr:PutLifecyclePolicy over another"] = async stage =>
        {
            var repository = await RepositoryAsync(stage);
            await stage.OtherHandAsync("ecr", "PutLifecyclePolicy", Policy(repository, 5).Parameters);
            return Policy(repository, 10);
        },
        ["ecr:DeleteLifecyclePolicy"] = async stage =>
        {
            var repository = await RepositoryAsync(stage);
            await stage.OtherHandAsync("ecr", "PutLifecyclePolicy", Policy(repository, 5).Parameters);
            return Request("ecr", "DeleteLifecyclePolicy", $$"""{ "repositoryName": "{{repository}}" }""");
        },
        ["ecr:SetRepositoryPolicy"] = async stage => Access(await RepositoryAsync(stage), "ecr:BatchGetImage"),
        ["ecr:SetRepositoryPolicy over another"] = async stage =>
        {
            var repository = await RepositoryAsync(stage);
            await stage.OtherHandAsync("ecr", "SetRepositoryPolicy", Access(repository, "ecr:PutImage").Parameters);
            return Access(repository, "ecr:BatchGetImage");
        },
        ["ecr:PutImageScanningConfiguration"] = async stage => Request("ecr", "PutImageScanningConfiguration", $$"""
            { "repositoryName": "{{await RepositoryAsync(stage)}}", "imageScanningConfiguration": { "scanOnPush": true } }
            """),
        ["ecr:PutImageTagMutability"] = async stage =>
            Request("ecr", "PutImageTagMutability", $$"""{ "repositoryName": "{{await RepositoryAsync(stage)}}", "imageTagMutability": "IMMUTABLE" }"""),
        ["eventbridge:DeleteRule"] = async stage => Request("eventbridge", "DeleteRule", $$"""{ "Name": "{{await RuleAsync(stage)}}" }"""),
        ["eventbridge:RemoveTargets"] = async stage =>
        {
            var rule = await RuleAsync(stage);
            await stage.OtherHandAsync("eventbridge", "PutTargets", Targets(stage, rule, "old", "a", "other").Parameters);
            return Request("eventbridge", "RemoveTargets", $$"""{ "Rule": "{{rule}}", "Ids": ["a", "never-there"] }""");
        },
        ["scheduler:CreateSchedule"] = stage => Task.FromResult(Schedule(stage, "CreateSchedule", "rate(5 minutes)")),
        ["scheduler:UpdateSchedule"] = async stage =>
        {
            await stage.OtherHandAsync("scheduler", "CreateSchedule", Schedule(stage, "CreateSchedule", "rate(5 minutes)").Parameters);
            return Schedule(stage, "UpdateSchedule", "rate(1 day)");
        },
        ["scheduler:DeleteSchedule"] = async stage =>
        {
            await stage.OtherHandAsync("scheduler", "CreateSchedule", Schedule(stage, "CreateSchedule", "rate(5 minutes)").Parameters);
            return Request("scheduler", "DeleteSchedule", $$"""{ "Name": "tick-{{stage.Tag}}" }""");
        },
    };

    private static StepRequest Schedule(ProofStage stage, string operation, string rate) => Request("scheduler", operation, $$"""
        { "Name": "tick-{{stage.Tag}}", "ScheduleExpression": "{{rate}}", "Description": "{{rate}}", "FlexibleTimeWindow": { "Mode": "OFF" },
          "Target": { "Arn": "arn:aws:sqs:{{stage.Region}}:{{stage.Account}}:jobs", "RoleArn": "arn:aws:iam::{{stage.Account}}:role/tick" } }
        """);

    private static StepRequest Access(string repository, string action) => new(
        "it", null, "ecr", "SetRepositoryPolicy", new()
        {
            ["repositoryName"] = repository,
            ["policyText"] = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"codebuild.amazonaws.com"},"Action":["{{action}}"]}]}""",
        });

    private static StepRequest Rule(ProofStage stage, string schedule) => Request(
        "eventbridge", "PutRule", $$"""{ "Name": "tick-{{stage.Tag}}", "ScheduleExpression": "{{schedule}}", "State": "ENABLED", "Description": "{{schedule}}" }""");

    private static async Task<string> RuleAsync(ProofStage stage)
    {
        await stage.OtherHandAsync("eventbridge", "PutRule", Rule(stage, "rate(5 minutes)").Parameters);
        return $"tick-{stage.Tag}";
    }

    private static StepRequest Targets(ProofStage stage, string rule, string input, params string[] ids) => new(
        "it", null, "eventbridge", "PutTargets", new()
        {
            ["Rule"] = rule,
            ["Targets"] = new JsonArray([.. ids.Select(id => new JsonObject
            {
                ["Id"] = id, ["Arn"] = $"arn:aws:sqs:{stage.Region}:{stage.Account}:jobs", ["Input"] = $"\"{input}\"",
            })]),
        });

    private static Task<string> RepositoryAsync(ProofStage stage) =>
        stage.MadeAsync("ecr", "CreateRepository", new() { ["repositoryName"] = $"app-{stage.Tag}" }, "repository.repositoryName");

    private static StepRequest Policy(string repository, int keep) => new(
        "it", null, "ecr", "PutLifecyclePolicy", new()
        {
            ["repositoryName"] = repository,
            ["lifecyclePolicyText"] = new JsonObject
            {
                ["rules"] = new JsonArray(new JsonObject
                {
                    ["rulePriority"] = 1,
                    ["selection"] = new JsonObject { ["tagStatus"] = "any", ["countType"] = "imageCountMoreThan", ["countNumber"] = keep },
                    ["action"] = new JsonObject { ["type"] = "expire" },
                }),
            }.ToJsonString(),
        });
}
