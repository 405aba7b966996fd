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
    };

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
