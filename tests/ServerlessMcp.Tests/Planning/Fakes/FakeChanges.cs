using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;

namespace ServerlessMcp.Tests.Planning.Fakes;

/// <summary>Answers calls and looks as told, and remembers what was sent.</summary>
internal sealed class FakeChanges : IAwsChanges
{
    public List<(string Call, string Parameters)> Sent { get; } = [];

    public Func<string, JsonObject> Answer { get; set; } = _ => [];

    public AwsWaitLook Look { get; set; } = new(AwsWaitState.Success, null, null, 15);

    public bool Sessions { get; set; }

    public List<AwsSession?> Asked { get; } = [];

    public bool HasSessions(AwsTarget target) => Sessions;

    public Task<AwsResult> CallAsync(
        AwsTarget target, string service, string operation, JsonObject parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Asked.Add(target.Session);
        Sent.Add(($"{service}:{operation}", parameters.ToJsonString()));
        return Task.FromResult(new AwsResult(Answer($"{service}:{operation}"), "req-1", 1));
    }

    public Task<AwsWaitLook> LookAsync(
        AwsTarget target, string service, string waiter, JsonObject parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Asked.Add(target.Session);
        Sent.Add(($"{service}:{waiter}", parameters.ToJsonString()));
        return Task.FromResult(Look);
    }
}
