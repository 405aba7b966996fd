using System.CommandLine;
using ServerlessMcp.Local.Configuration;

namespace ServerlessMcp.Local.Cli;

/// <summary>A flag for each setting, valid with every command.</summary>
internal sealed class SettingFlags
{
    private readonly List<(Setting Setting, Option<string?> Option)> _texts = [];
    private readonly List<(Setting Setting, Option<bool> Option)> _switches = [];

    public SettingFlags(Command root)
    {
        foreach (var setting in Setting.All)
        {
            if (setting == Setting.Aws || setting == Setting.AllowChanges || setting == Setting.NoAuth)
            {
                var option = new Option<bool>(setting.Flag) { Description = Describe(setting), Recursive = true };
                _switches.Add((setting, option));
                root.Options.Add(option);
            }
            else
            {
                var option = new Option<string?>(setting.Flag) { Description = Describe(setting), Recursive = true };
                _texts.Add((setting, option));
                root.Options.Add(option);
            }
        }
    }

    /// <exception cref="ConfigurationException">With every problem of every source.</exception>
    /// <param name="set">Switches that the command sets by itself.</param>
    public Settings Read(ParseResult parsed, params IReadOnlyList<Setting> set)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (setting, option) in _texts)
        {
            if (parsed.GetValue(option) is { } text)
            {
                flags[setting.Flag] = text;
            }
        }

        foreach (var (setting, _) in _switches.Where(one => parsed.GetValue(one.Option) || set.Contains(one.Setting)))
        {
            flags[setting.Flag] = "true";
        }

        return new SettingsReader(Environment.GetEnvironmentVariable, Environment.CurrentDirectory).Read(flags);
    }

    public bool IsAws(ParseResult parsed) => parsed.GetValue(_switches.First(one => one.Setting == Setting.Aws).Option);

    private static string Describe(Setting setting) =>
        setting == Setting.Aws ? "Use your own AWS account, read-only: plans and previews work, changes are OFF unless --allow-changes is set, too."
        : setting == Setting.AllowChanges ? "With --aws: let executions change your account, as your policy says; without a policy a person says yes to each."
        : setting == Setting.NoAuth ? "Ask for no key. The server listens on loopback only, always."
        : setting == Setting.AwsEndpoint ? "Use this endpoint with dummy credentials and start no emulator."
        : $"{setting.Name}: {setting.Right}. Default: {(setting.Default.Length == 0 ? "none" : setting.Default)}.";
}
