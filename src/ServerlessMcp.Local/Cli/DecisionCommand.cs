using System.CommandLine;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Local.Cli;

internal static class DecisionCommand
{
    /// <param name="word"><c>confirm</c> or <c>deny</c>.</param>
    public static Command Make(string word, string description, SettingFlags flags, Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "The execution's id, ex_..." };
        var keyFile = new Option<string?>("--key-file") { Description = "A file with the key of who decides. Default: the operator decides." };
        var command = new Command(word, description) { id, keyFile };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder), parsed.GetValue(keyFile));
            var (execution, isYes) = (parsed.GetRequiredValue(id), word == "confirm");
            var shown = isYes ? await door.ShowAsync(execution, cancellationToken) : null;
            if (shown is not null && !await IsMeantAsync(shown.Text, terminal, cancellationToken))
            {
                terminal.Say("Nothing was decided.");
                return 1;
            }

            terminal.Say(PlainText.OneLine(await door.DecideAsync(execution, isYes, shown?.Asks, cancellationToken)));
            return 0;
        });
        return command;
    }

    /// <summary>Shows the plan itself, not what the one who asks says of it; a person at a terminal then types yes.</summary>
    private static async Task<bool> IsMeantAsync(string question, Terminal terminal, CancellationToken cancellationToken)
    {
        terminal.Say(question);
        if (!terminal.IsPerson || Console.IsInputRedirected)
        {
            return true;
        }

        terminal.Say("Do you say yes to this? Type yes:");
        return (await Console.In.ReadLineAsync(cancellationToken))?.Trim() == "yes";
    }
}
