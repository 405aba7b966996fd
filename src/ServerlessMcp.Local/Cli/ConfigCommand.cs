using System.CommandLine;
using ServerlessMcp.AwsApi;

namespace ServerlessMcp.Local.Cli;

internal static class ConfigCommand
{
    public static Command Make(SettingFlags flags, Terminal terminal)
    {
        var show = new Command("show", "Print every setting, its value and where it came from.");
        show.SetAction(parsed =>
        {
            var settings = flags.Read(parsed);
            var values = settings.Values;
            var (name, text) = (values.Max(value => value.Setting.Name.Length), values.Max(value => value.Text.Length));
            foreach (var value in values)
            {
                terminal.Say($"{value.Setting.Name.PadRight(name)}  {value.Text.PadRight(text)}  {value.Source}");
            }

            foreach (var target in settings.Targets)
            {
                terminal.Say(Line(target, settings.File!));
            }

            if (settings.ChangeRole is { } role)
            {
                terminal.Say($"changes  by {role.RoleArn}, {(role.ExternalId is null ? "no external id" : "with an external id")}  file {settings.File}");
            }
        });
        return new Command("config", "The configuration.") { show };
    }

    /// <summary>The external id may be a secret: only that there is one is said.</summary>
    private static string Line(TargetAccount target, string file)
    {
        var externalId = target.ExternalId is null ? "no external id" : "with an external id";
        var regions = target.Regions.Count == 0 ? "all regions" : string.Join(",", target.Regions);
        var changes = target.ChangeRoleArn is { } role ? $", changes by {role}" : "";
        return $"targets.{target.Name}  {target.Account} by {target.RoleArn}{changes}, {externalId}, {regions}  file {file}";
    }
}
