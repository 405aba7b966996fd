using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerlessMcp.Local.Configuration;

/// <summary>One setting: its name in the file, its environment variable, its flag, and what is right.</summary>
/// <param name="Name">In the file, in snake_case.</param>
/// <param name="Right">What would be right, in words.</param>
/// <param name="IsRight">Whether a text is a value of it.</param>
internal sealed partial record Setting(string Name, string? Variable, string Flag, string Default, string Right, Func<string, bool> IsRight)
{
    public static Setting Port { get; } = new(
        "port", "MCP_SERVER_PORT", "--port", "8000", "a number from 0 (any free port) to 65535", text => Number(text, 0, 65_535));

    public static Setting LogLevel { get; } = new(
        "log_level", "LOG_LEVEL", "--log-level", "info", "debug, info, warn or error", text => text is "debug" or "info" or "warn" or "error");

    public static Setting Region { get; } = new(
        "region", "AWS_REGION", "--region", "us-east-1", "an AWS Region such as eu-west-1", text => RegionName().IsMatch(text));

    public static Setting ToolCacheTime { get; } = new(
        "tool_cache_time", "TOOL_CACHE_TIME", "--tool-cache-time", "300", "seconds, from 0 to 86400", text => Number(text, 0, 86_400));

    public static Setting EnabledTools { get; } = new(
        "enabled_tools", "ENABLED_TOOLS", "--enabled-tools", "*", "* or tool names with commas between, a * at a name's end allowed", ToolNames);

    public static Setting CriticalTools { get; } = new(
        "critical_tools", "CRITICAL_TOOLS", "--critical-tools", "", "nothing or tool names with commas between, a * at a name's end allowed",
        text => text.Length == 0 || ToolNames(text));

    public static Setting Folder { get; } = new(
        "data", "SMCP_DATA", "--data", DefaultFolder(), "a folder that can be written", text => text.Length > 0 && !File.Exists(text));

    public static Setting AwsEndpoint { get; } = new(
        "aws_endpoint", null, "--aws-endpoint", "", "an http or https URL, such as http://127.0.0.1:4566", text => text.Length == 0 || IsUrl(text));

    /// <summary>A file that is not there is told when it is read: the server starts, and refuses all changes.</summary>
    public static Setting PolicyFile { get; } = new(
        "policy_file", "POLICY_FILE", "--policy", "", "nothing (the built-in policy) or the path of a policy file", text => !Directory.Exists(text));

    /// <summary>The rest of what is right is told with <see cref="Issuers"/>.</summary>
    public static Setting Resource { get; } = new(
        "resource", "SMCP_RESOURCE", "--resource", "", "nothing (http://127.0.0.1:PORT/mcp) or the address that tokens must be for, such as https://mcp.example.com/mcp",
        text => text.Length == 0 || IsUrl(text));

    public static Setting Issuers { get; } = new(
        "issuers", "SMCP_ISSUERS", "--issuers", "", "nothing or the addresses of the authorization servers whose tokens open, as iss says them, with commas between", _ => true);

    public static Setting Aws { get; } = Switch("aws", "--aws");

    public static Setting AllowChanges { get; } = Switch("allow_changes", "--allow-changes");

    public static Setting NoAuth { get; } = Switch("no_auth", "--no-auth");

    /// <summary>In the order they are shown.</summary>
    public static IReadOnlyList<Setting> All { get; } =
        [Port, LogLevel, Region, ToolCacheTime, EnabledTools, CriticalTools, Folder, AwsEndpoint, PolicyFile, Resource, Issuers, Aws, AllowChanges, NoAuth];

    /// <summary>A file must not set it: a client may start the server in the folder of somebody else's repository.</summary>
    public bool IsFlagOnly { get; private init; }

    private static Setting Switch(string name, string flag) =>
        new(name, null, flag, "false", "true or false", text => text is "true" or "false") { IsFlagOnly = true };

    private static string DefaultFolder() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "serverless-mcp");

    private static bool Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;

    private static bool ToolNames(string text) => text.Split(',').All(name => ToolName().IsMatch(name.Trim()));

    private static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    [GeneratedRegex(@"^([A-Za-z0-9_.-]{1,128}\*?|\*)$")]
    private static partial Regex ToolName();

    [GeneratedRegex("^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$")]
    private static partial Regex RegionName();
}
