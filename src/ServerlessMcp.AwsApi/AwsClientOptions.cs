namespace ServerlessMcp.AwsApi;

/// <param name="SessionToken">Null for lasting keys.</param>
public sealed record AwsKeys(string AccessKeyId, string SecretAccessKey, string? SessionToken = null)
{
    /// <summary>Says which key, never the secret.</summary>
    public override string ToString() => AccessKeyId;
}

/// <summary>Where calls go and who signs them.</summary>
public sealed record AwsClientOptions
{
    /// <summary>
    /// Every call of every service goes here. Set, it seals the client: no variable, configuration file, profile, proxy setting or metadata
    /// service can change where a request goes or who signs it, so <see cref="Keys"/> must be set too. Null for AWS's own endpoints.
    /// </summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Null for <see cref="Profile"/>, or without one for the SDK's own chain (variables, default profile, container, instance).</summary>
    public AwsKeys? Keys { get; init; }

    /// <summary>A profile of <c>~/.aws</c>; not together with <see cref="Endpoint"/> or <see cref="Keys"/>.</summary>
    public string? Profile { get; init; }

    /// <summary>Accounts that are called by a role in each; every account once.</summary>
    public IReadOnlyList<TargetAccount> Targets { get; init; } = [];

    /// <summary>The role that changes of the own account are made with; null: the server's own credentials.</summary>
    public ChangeRole? ChangeRole { get; init; }

    /// <summary>Only AWS's own endpoints: AWS_ENDPOINT_URL and the <c>endpoint_url</c> of a configuration file count for nothing.</summary>
    public bool OnlyAwsEndpoints { get; init; }

    /// <summary>Where STS is asked for the roles of <see cref="Targets"/>: keys of a regional endpoint are good in every Region of the partition.</summary>
    public string TargetRegion { get; init; } = "us-east-1";

    /// <summary>How long a connection may take to be made; a change that was not connected surely had no effect.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one attempt of a read may take.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How much of one answer is read, 16 MB; a longer one is an error and never in memory.</summary>
    public long MaxAnswerBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The sealed sandbox: this endpoint, and keys that are worth nothing anywhere else.</summary>
    public static AwsClientOptions Sandbox(Uri endpoint) => new() { Endpoint = endpoint, Keys = new("AKIASANDBOX", "sandbox") };

    internal void Check()
    {
        if (Endpoint is not null && (Keys is null || Profile is not null))
        {
            throw new ArgumentException("A client with its own endpoint is sealed: it needs its own keys and no profile.");
        }

        if (Keys is not null && Profile is not null)
        {
            throw new ArgumentException("Give a client either keys or a profile.");
        }

        if (Targets.DistinctBy(target => target.Account).Count() != Targets.Count)
        {
            throw new ArgumentException("Two targets are of the same account.");
        }
    }
}
