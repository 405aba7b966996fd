using System.Globalization;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Local.Configuration;

/// <summary>A value and the source that gave it, in words, such as <c>environment MCP_SERVER_PORT</c>.</summary>
internal sealed record SettingValue(Setting Setting, string Text, string Source);

/// <summary>All settings, checked; each remembers where it came from.</summary>
/// <param name="changeRole">The setting <c>changes</c>; null if there is none.</param>
/// <param name="file">The file that was read; null if there is none.</param>
internal sealed class Settings(IReadOnlyList<SettingValue> values, IReadOnlyList<TargetAccount> targets, ChangeRole? changeRole, string? file)
{
    /// <summary>The accounts beside the server's own; only a file names them.</summary>
    public IReadOnlyList<TargetAccount> Targets { get; } = targets;

    /// <summary>The role that changes of the own account are made with; only a file names it.</summary>
    public ChangeRole? ChangeRole { get; } = changeRole;

    public string? File { get; } = file;

    public IReadOnlyList<SettingValue> Values { get; } = values;

    public int Port => int.Parse(Text(Setting.Port), CultureInfo.InvariantCulture);

    /// <summary><c>debug</c>, <c>info</c>, <c>warn</c> or <c>error</c>.</summary>
    public string LogLevel => Text(Setting.LogLevel);

    public string Region => Text(Setting.Region);

    public TimeSpan ToolCacheTime => TimeSpan.FromSeconds(int.Parse(Text(Setting.ToolCacheTime), CultureInfo.InvariantCulture));

    public IReadOnlyList<string> EnabledTools => Names(Setting.EnabledTools);

    public IReadOnlyList<string> CriticalTools => Names(Setting.CriticalTools);

    public string DataFolder => Path.GetFullPath(Text(Setting.Folder));

    /// <summary>Null: an emulator is started.</summary>
    public Uri? AwsEndpoint => Text(Setting.AwsEndpoint) is { Length: > 0 } url ? new(url) : null;

    /// <summary>Null: the built-in policy. In a settings file it counts from that file's folder.</summary>
    public string? PolicyFile => Values.First(value => value.Setting == Setting.PolicyFile) is { Text.Length: > 0 } value
        ? Path.GetFullPath(value.Text, IsOfFile(value) ? Path.GetDirectoryName(Path.GetFullPath(File!))! : Environment.CurrentDirectory)
        : null;

    /// <summary>From the settings file, rather than from a flag or the environment.</summary>
    public bool IsPolicyOfFile => IsOfFile(Values.First(value => value.Setting == Setting.PolicyFile));

    public bool IsFolderOfFile => IsOfFile(Values.First(value => value.Setting == Setting.Folder));

    /// <summary>Null: no token is taken. Its problems are for <see cref="SettingsReader"/>.</summary>
    public JwtSettings? Jwt => Names(Setting.Issuers) is { Length: > 0 } issuers
        ? new(new(Text(Setting.Resource) is { Length: > 0 } resource ? resource : $"http://127.0.0.1:{Port}/mcp"), [.. issuers.Select(JwtIssuer.Read)])
        : null;

    public bool AreIssuersOfFile => IsOfFile(Values.First(value => value.Setting == Setting.Issuers));

    public bool HasResource => Text(Setting.Resource).Length > 0;

    public bool Aws => Text(Setting.Aws) == "true";

    /// <summary>Of the own account; the sandbox and another emulator are changed anyway.</summary>
    public bool AllowChanges => Text(Setting.AllowChanges) == "true";

    public bool NoAuth => Text(Setting.NoAuth) == "true";

    /// <summary>The same with any free port, for a server that only this process talks to.</summary>
    public Settings WithAnyPort() => With("stdio", (Setting.Port, "0"));

    /// <summary>The same with other values, for a command that runs a server of its own.</summary>
    /// <param name="source">Who sets them, in a word.</param>
    public Settings With(string source, params IReadOnlyList<(Setting Setting, string Text)> values) => new(
        [.. Values.Select(value => values.FirstOrDefault(one => one.Setting == value.Setting) is { Setting: not null } set ? value with { Text = set.Text, Source = source } : value)],
        Targets, ChangeRole, File);

    private bool IsOfFile(SettingValue value) => File is not null && value.Source == $"file {File}";

    private string Text(Setting setting) => Values.First(value => value.Setting == setting).Text;

    private string[] Names(Setting setting) =>
        Text(setting).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>Everything that is wrong with the configuration, at once.</summary>
internal sealed class ConfigurationException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>Each names its source, what is wrong, and what would be right.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
