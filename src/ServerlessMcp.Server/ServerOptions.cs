using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Server;

/// <summary>What the endpoint needs to know; each composition root fills it from its own configuration.</summary>
public sealed record ServerOptions
{
    /// <summary>ENABLED_TOOLS: names, or beginnings with a <c>*</c> at the end; <c>*</c> is all.</summary>
    public IReadOnlyList<string> EnabledTools { get; init; } = ["*"];

    /// <summary>CRITICAL_TOOLS: enabled whatever <see cref="EnabledTools"/> says, and first in the list.</summary>
    public IReadOnlyList<string> CriticalTools { get; init; } = [];

    /// <summary>TOOL_CACHE_TIME: how long a client may keep the list of tools; the <c>ttlMs</c> it is sent.</summary>
    public TimeSpan ToolCacheTime { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Host names, without port, that may stand in the Host header beside the loopback names.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Origins such as <c>https://example.com</c> that may call beside those of an allowed host.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Of a request's body. A plan has at most 200 KB; the rest is room for its envelope.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Null: no key can be checked, so none opens and the answer is 503; for servers of <see cref="NoAuthPrincipal"/>.</summary>
    public KeySettings? Keys { get; init; }

    /// <summary>Null: no token is taken, and no client is told of an authorization server.</summary>
    public JwtSettings? Jwt { get; init; }

    public AccessLimits Limits { get; init; } = AccessLimits.OnePerson;

    /// <summary>Set: every caller is this principal and no key is asked for. Only for a server that listens on loopback alone.</summary>
    public Principal? NoAuthPrincipal { get; init; }

    /// <summary>Where a call without a region goes, such as <c>eu-west-1</c>.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The accounts that can be called beside the server's own.</summary>
    public IReadOnlyList<TargetAccount> Targets { get; init; } = [];

    /// <summary>What whoami says of the AWS side: <c>sandbox</c> or <c>aws</c>.</summary>
    public string Mode { get; init; } = "sandbox";

    /// <summary>False: plans and previews work, but nothing is started.</summary>
    public bool ChangesAllowed { get; init; } = true;

    public string Version { get; init; } = "0.1.0";
}
