using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;

namespace ServerlessMcp.Tests.Planning.Fakes;

/// <summary>Answers what it was told; anything else is a failure of the test.</summary>
internal sealed class FakeReads : IAwsReads
{
    private readonly Dictionary<string, Func<JsonObject, JsonObject>> _answers = new()
    {
        ["sts:GetCallerIdentity"] = _ => new() { ["Account"] = "111122223333" },
        ["resource-groups-tagging-api:GetResources"] = _ => new() { ["ResourceTagMappingList"] = new JsonArray() },
        ["iam:ListRoleTags"] = _ => new() { ["Tags"] = new JsonArray() },
        ["s3:GetBucketTagging"] = _ => new() { ["TagSet"] = new JsonArray() },
        ["cloudformation:DescribeStackResources"] = _ =>
            throw new AwsCallException(AwsFailure.Refused, "ValidationError", "Stack for that does not exist", 400, "req-1", false),
        ["iam:ListUserTags"] = _ => new() { ["Tags"] = new JsonArray() },
    };

    private int _open;

    public int Calls { get; private set; }

    /// <summary>Where each read went.</summary>
    public List<AwsTarget> Targets { get; } = [];

    /// <summary>Of reads other than who calls, which is asked beside them.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Waited for in each read, to see them run beside one another.</summary>
    public Func<CancellationToken, Task> Pause { get; set; } = _ => Task.CompletedTask;

    public FakeReads Answer(string call, string json)
    {
        _answers[call] = _ => JsonNode.Parse(json)!.AsObject();
        return this;
    }

    public FakeReads Answer(string call, Func<JsonObject, JsonObject> answer)
    {
        _answers[call] = answer;
        return this;
    }

    public FakeReads Refuse(string call, string code, AwsFailure failure = AwsFailure.Refused)
    {
        _answers[call] = _ => throw new AwsCallException(failure, code, "the fake says no", 400, "req-1", false);
        return this;
    }

    public async Task<AwsResult> ReadAsync(
        AwsTarget target, string service, string operation, JsonObject parameters, CancellationToken cancellationToken)
    {
        Calls++;
        Targets.Add(target);
        var counts = service == "sts" ? 0 : 1;
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Add(ref _open, counts));
        try
        {
            await Pause(cancellationToken);
        }
        finally
        {
            Interlocked.Add(ref _open, -counts);
        }

        return new(_answers[$"{service}:{operation}"](parameters), "req-0", 1);
    }

    public async IAsyncEnumerable<AwsResult> PagesAsync(
        AwsTarget target, string service, string operation, JsonObject parameters, int maxPages,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await ReadAsync(target, service, operation, parameters, cancellationToken);
    }
}
