using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Lambda.Hosting;

/// <summary>What a function is told by its environment.</summary>
/// <param name="Table">Name of the DynamoDB table: <c>SMCP_TABLE</c>.</param>
/// <param name="Bucket">Of the blobs: <c>SMCP_BLOBS</c>.</param>
/// <param name="Machine">ARN of the state machine: <c>SMCP_MACHINE</c>.</param>
/// <param name="Region"><c>AWS_REGION</c>, which Lambda sets.</param>
/// <param name="Hosts">Names that may stand in the Host header: <c>SMCP_HOSTS</c>, with commas.</param>
/// <param name="Keys"><c>SMCP_ENVIRONMENT</c> and <c>SMCP_PEPPERS</c>; null when no keys are asked for.</param>
/// <param name="Jwt"><c>SMCP_RESOURCE</c>, the endpoint's own address, and <c>SMCP_ISSUERS</c>, with commas; null when tokens are not taken.</param>
/// <param name="Port">Where to listen on 127.0.0.1: <c>PORT</c>; 0 is any free one.</param>
internal sealed record CloudSettings(
    string Table, string Bucket, string Machine, string Region, IReadOnlyList<string> Hosts, KeySettings? Keys, JwtSettings? Jwt, int Port)
{
    /// <summary>Path of the policy file: <c>POLICY_FILE</c>; null is the built-in policy.</summary>
    public string? PolicyFile { get; init; }

    /// <summary><c>SMCP_ROLE</c>: <c>mcp</c> when it is not set, <c>worker</c> or <c>reaper</c>.</summary>
    public CloudRole Role { get; init; }

    /// <summary><c>SMCP_ANSWERS</c> is <c>streamed</c>: the gateway is set to take an answer as it comes; <c>buffered</c> when it is not set.</summary>
    public bool IsStreamed { get; init; }

    /// <param name="withKeys">False: an emulator's endpoint, which asks for none.</param>
    /// <exception cref="CloudSettingsException">With all problems at once.</exception>
    public static CloudSettings Read(Func<string, string?> variable, bool withKeys = true)
    {
        var problems = new List<string>();
        var role = Role();
        var settings = new CloudSettings(
            Demand("SMCP_TABLE", "the name of the DynamoDB table"),
            Demand("SMCP_BLOBS", "the name of the bucket of blobs"),
            Demand("SMCP_MACHINE", "the ARN of the state machine"),
            Demand("AWS_REGION", "such as eu-west-1"),
            Parts("SMCP_HOSTS"),
            withKeys && role == CloudRole.Mcp ? Keyring() : null,
            Tokens(),
            Port())
        {
            PolicyFile = variable("POLICY_FILE") is { Length: > 0 } path ? path : null,
            Role = role,
            IsStreamed = OneOf("SMCP_ANSWERS", "buffered", "streamed") == "streamed",
        };
        if (settings.Machine is [_, ..] machine && (!machine.StartsWith("arn:", StringComparison.Ordinal) || !machine.Contains(":stateMachine:", StringComparison.Ordinal)))
        {
            problems.Add($"SMCP_MACHINE is '{machine}'; it must be the ARN of a state machine, arn:aws:states:REGION:ACCOUNT:stateMachine:NAME.");
        }

        if (withKeys && role == CloudRole.Worker)
        {
            problems.Add("SMCP_ROLE is 'worker'; changes of a real account are off, so there are no executions to work on.");
        }

        return problems.Count == 0 ? settings : throw new CloudSettingsException(problems);

        string Demand(string name, string what)
        {
            var value = variable(name);
            if (string.IsNullOrWhiteSpace(value))
            {
                problems.Add($"{name} is missing: {what}.");
            }

            return value ?? "";
        }

        string OneOf(string name, params string[] allowed)
        {
            var text = variable(name) is { Length: > 0 } given ? given : allowed[0];
            if (!allowed.Contains(text, StringComparer.Ordinal))
            {
                problems.Add($"{name} is '{text}'; it must be {string.Join(" or ", allowed)}.");
            }

            return text;
        }

        CloudRole Role()
        {
            if (variable("SMCP_ROLE") == "monitor")
            {
                problems.Add("SMCP_ROLE is 'monitor'; there is nothing to monitor yet, and no function of this role to run.");
                return CloudRole.Mcp;
            }

            return Enum.TryParse<CloudRole>(OneOf("SMCP_ROLE", "mcp", "worker", "reaper"), ignoreCase: true, out var known) ? known : CloudRole.Mcp;
        }

        JwtSettings? Tokens()
        {
            var issuers = Parts("SMCP_ISSUERS");
            var resource = variable("SMCP_RESOURCE");
            if (issuers.Length == 0 && string.IsNullOrWhiteSpace(resource))
            {
                return null;
            }

            if (issuers.Length == 0 || !Uri.TryCreate(resource, UriKind.Absolute, out var address))
            {
                problems.Add("SMCP_ISSUERS and SMCP_RESOURCE belong together: the issuers' https addresses, and this endpoint's own, such as https://mcp.example.com/mcp.");
                return null;
            }

            var jwt = new JwtSettings(address, [.. issuers.Select(JwtIssuer.Read)]);
            problems.AddRange(jwt.Problems().Select(problem => $"SMCP_ISSUERS, SMCP_RESOURCE: {problem}"));
            return jwt;
        }

        string[] Parts(string name) => (variable(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        KeySettings? Keyring()
        {
            var environment = Demand("SMCP_ENVIRONMENT", "the name that stands in keys, such as prod");
            if (environment.Length > 0 && !KeySettings.IsEnvironment(environment))
            {
                problems.Add($"SMCP_ENVIRONMENT is '{environment}'; it must be 2 to 16 of a-z and 0-9.");
            }

            var peppers = Peppers.Parse(Demand("SMCP_PEPPERS", "what keys are hashed with, NAME:BASE64 of 32 random bytes, the newest first"));
            if (peppers is null && !string.IsNullOrWhiteSpace(variable("SMCP_PEPPERS")))
            {
                problems.Add("SMCP_PEPPERS is not NAME:BASE64 of 32 bytes or more, with commas between.");
            }

            return peppers is null ? null : new(environment, peppers);
        }

        int Port()
        {
            var text = variable("PORT") ?? "8080";
            if (int.TryParse(text, out var port) && port is >= 0 and <= 65535)
            {
                return port;
            }

            problems.Add($"PORT is '{text}'; it must be a number from 0 to 65535.");
            return 0;
        }
    }
}

internal sealed class CloudSettingsException(IReadOnlyList<string> problems) : Exception(string.Join(" ", problems));
