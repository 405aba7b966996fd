using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Tests.Planning;

namespace ServerlessMcp.Tests.Server;

/// <summary>AWS reads that answer from a table of <c>service:Operation</c>.</summary>
internal sealed class AwsAnswers : IAwsReads
{
    public Dictionary<string, JsonObject> Answers { get; } = new(StringComparer.Ordinal)
    {
        ["sts:GetCallerIdentity"] = new() { ["Account"] = "111122223333", ["Arn"] = "arn:aws:iam::111122223333:user/test" },
        ["ec2:DescribeInstances"] = JsonNode.Parse(PlannerFixture.Running)!.AsObject(),
        ["iam:SimulatePrincipalPolicy"] = new() { ["EvaluationResults"] = new JsonArray() },
        ["resource-groups-tagging-api:GetResources"] = new() { ["ResourceTagMappingList"] = new JsonArray() },
    };

    /// <summary>Of every paged read, after the first page.</summary>
    public List<JsonObject> MorePages { get; } = [];

    public List<JsonObject> Sent { get; } = [];

    /// <summary>Their numbers, from 0.</summary>
    public List<int> PagesRead { get; } = [];

    public Exception? Fails { get; set; }

    /// <summary>The code with which AWS refuses what has no answer; null: that is a failure of the test.</summary>
    public string? Unknown { get; init; }

    public Task<AwsResult> ReadAsync(
        AwsTarget target, string service, string operation, JsonObject parameters, CancellationToken cancellationToken)
    {
        Sent.Add(parameters);
        if (Unknown is { } code && !Answers.ContainsKey($"{service}:{operation}"))
        {
            return Task.FromException<AwsResult>(new AwsCallException(AwsFailure.Refused, code, "The test has no answer.", 400, null, false));
        }

        // Who may only work with his own things: what he may do cannot be looked up.
        if (service == "iam" && !Answers.ContainsKey($"{service}:{operation}"))
        {
            return Task.FromException<AwsResult>(new AwsCallException(AwsFailure.Refused, "AccessDenied", "Not allowed.", 403, null, false));
        }

        return Fails is not null
            ? Task.FromException<AwsResult>(Fails)
            : Task.FromResult(new AwsResult(Answers[$"{service}:{operation}"].DeepClone().AsObject(), "req-1", 1));
    }

    public async IAsyncEnumerable<AwsResult> PagesAsync(
        AwsTarget target,
        string service,
        string operation,
        JsonObject parameters,
        int maxPages,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = parameters["NextToken"] is { } token ? int.Parse(token.ToString(), CultureInfo.InvariantCulture) : 0;
        for (var n = first; n <= MorePages.Count && n < first + maxPages; n++)
        {
            var page = n == 0
                ? await ReadAsync(target, service, operation, parameters, cancellationToken)
                : new(MorePages[n - 1].DeepClone().AsObject(), "req-2", 1);
            PagesRead.Add(n);
            yield return page with { Next = n < MorePages.Count ? new(new JsonObject { ["NextToken"] = $"{n + 1}" }) : null };
        }
    }
}

/// <summary>An engine that only remembers: nothing runs.</summary>
internal sealed class FakeEngine : IExecutionEngine
{
    public List<string> Started { get; } = [];

    public List<string> Woken { get; } = [];

    public Task StartAsync(string name, JsonObject input, CancellationToken cancellationToken)
    {
        Started.Add(name);
        return Task.CompletedTask;
    }

    public Task SendTaskSuccessAsync(string taskToken, JsonNode output, CancellationToken cancellationToken)
    {
        Woken.Add(taskToken);
        return Task.CompletedTask;
    }

    public Task<RunStatus?> DescribeAsync(string name, CancellationToken cancellationToken) => Task.FromResult<RunStatus?>(null);
}
