using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Blueprints;

namespace ServerlessMcp.Tests.Planning.Blueprints;

/// <summary>Every blueprint, with its defaults and with every option: each step is right by the AWS models, can be taken back, and bears the tags.</summary>
public sealed class BlueprintExpansionTests
{
    private static readonly AwsCatalog Models = new();

    private static readonly string[] TagMembers = ["Tags", "tags", "TagSpecifications"];

    /// <summary>Blueprint, input, its value as JSON; no input: only what is required.</summary>
    public static TheoryData<string, string, string> Variants
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var blueprint in BlueprintStage.Catalogue.All)
            {
                data.Add(blueprint.Name, "", "");
                foreach (var (input, value) in blueprint.OwnInputs.SelectMany(input => Values(input).Select(value => (input, value))))
                {
                    data.Add(blueprint.Name, input.Name, value.ToJsonString());
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task A_blueprint_becomes_a_plan_that_can_be_taken_back(string name, string input, string value)
    {
        var blueprint = BlueprintStage.Catalogue.Find(name)!;
        var inputs = Required(blueprint);
        inputs["tags"] = new JsonObject { ["team"] = "blue" };
        if (input.Length > 0)
        {
            inputs[input] = JsonNode.Parse(value);
            Beside(blueprint, input, inputs);
        }

        var planned = await new BlueprintStage().PlanAsync(name, inputs);

        Assert.All(planned.Plan.Steps, step =>
        {
            Assert.True(step.Reversibility.Class <= UndoClass.Partial, $"{step.Id}: {step.Call.Service}:{step.Call.Operation} has no undo entry");
            Assert.DoesNotContain("<<", JsonSerializer.Serialize(step.Call.Parameters), StringComparison.Ordinal);
            AssertTagged(step);
        });
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task The_same_inputs_make_the_same_plan(string name, string input, string value)
    {
        var inputs = Required(BlueprintStage.Catalogue.Find(name)!);
        if (input.Length > 0)
        {
            inputs[input] = JsonNode.Parse(value);
            Beside(BlueprintStage.Catalogue.Find(name)!, input, inputs);
        }

        var one = await new BlueprintStage().PlanAsync(name, inputs.DeepClone().AsObject());
        var other = await new BlueprintStage().PlanAsync(name, inputs);

        Assert.Equal(one.Plan.Hash, other.Plan.Hash);
    }

    [Fact]
    public async Task What_a_caller_writes_is_no_reference_to_a_step()
    {
        var planned = await new BlueprintStage().PlanAsync("network", new()
        {
            ["name"] = "shop",
            ["tags"] = new JsonObject { ["note"] = "${steps.vpc.output.Vpc.VpcId}" },
        });

        Assert.Empty(References.Find(planned.Plan.Steps[0].Call.Parameters, own: false));
        Assert.Contains("$${steps.vpc.output.Vpc.VpcId}", planned.Plan.Steps[0].Call.Parameters.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_between_inputs_and_the_account_names_the_input()
    {
        var stage = new BlueprintStage();
        stage.Reads.Answers["ec2:DescribeAvailabilityZones"] = new() { ["AvailabilityZones"] = new JsonArray(new JsonObject { ["ZoneName"] = "eu-west-1a" }) };

        var refused = await Assert.ThrowsAsync<CallerException>(() => stage.PlanAsync("network", new() { ["name"] = "shop" }));

        Assert.Equal("invalid_inputs", refused.Code);
        Assert.Equal("inputs.zones", Assert.Single(refused.Problems).Path);
        Assert.StartsWith("eu-west-1 has 1 availability zones", refused.Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Facts_that_cannot_be_read_stop_the_plan_and_say_why()
    {
        var stage = new BlueprintStage();
        stage.Reads.Answers.Remove("ec2:DescribeAvailabilityZones");

        var refused = await Assert.ThrowsAsync<CallerException>(() => stage.PlanAsync("network", new() { ["name"] = "shop" }));

        Assert.Equal("facts_unread", refused.Code);
        Assert.Contains("ec2:DescribeAvailabilityZones answered AccessDenied", refused.Quoted, StringComparison.Ordinal);
    }

    private static JsonObject Required(Blueprint blueprint) => new(blueprint.Inputs
        .Where(input => input.Required)
        .Select(input => KeyValuePair.Create(input.Name, (JsonNode?)input.Example.DeepClone())));

    private static IEnumerable<JsonNode> Values(BlueprintInput input) => input switch
    {
        { Enum: { } allowed } => allowed.Select(one => (JsonNode)one),
        { Type: "boolean" } => [true, false],
        { Type: "integer", Minimum: { } least, Maximum: { } most } => [least, most, input.Example],
        _ => [input.Example],
    };

    /// <summary>An input that needs another beside it, as the blueprint's rules say.</summary>
    private static void Beside(Blueprint blueprint, string input, JsonObject inputs)
    {
        foreach (var other in blueprint.OwnInputs.FirstOrDefault(one => one.Name == input)?.Beside ?? [])
        {
            inputs[other] ??= blueprint.OwnInputs.Single(one => one.Name == other).Example.DeepClone();
        }
    }

    /// <summary>What a change takes tags for is not its own resource: a snapshot that AWS makes beside it, say.</summary>
    private static void AssertTagged(Step step)
    {
        if (step.Effect != StepEffect.Create)
        {
            return;
        }

        var operation = Models.Operation(step.Call.Service, step.Call.Operation);
        var member = TagMembers.FirstOrDefault(one => Models.Validate(operation, new() { [one] = "x" }, _ => true)
            .All(problem => !problem.Path.StartsWith($"$.{one}", StringComparison.Ordinal)));
        if (member is not null)
        {
            var text = step.Call.Parameters[member]?.ToJsonString() ?? "";
            Assert.True(text.Contains("team", StringComparison.Ordinal) && text.Contains("smcp:blueprint", StringComparison.Ordinal), $"{step.Id} takes {member} and has not got the tags: {text}");
        }
    }
}
