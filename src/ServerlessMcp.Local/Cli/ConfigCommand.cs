using System.CommandLine;

namespace ServerlessMcp.Local.Cli;

internal static class ConfigCommand
{
    public static Command Make(SettingFlags flags, Terminal terminal)
    {
        var show = new Command("show", "Print every setting, its value and where it came from.");
        show.SetAction(parsed =>
        {
            var values = flags.Read(parsed).Values;
            var (name, text) = (values.Max(value => value.Setting.Name.Length), values.Max(value => value.Text.Length));
            foreach (var value in values)
            {
                terminal.Say($"{value.Setting.Name.PadRight(name)}  {value.Text.PadRight(text)}  {value.Source}");
            }
        });
        return new Command("config", "The configuration.") { show };
    }
}
