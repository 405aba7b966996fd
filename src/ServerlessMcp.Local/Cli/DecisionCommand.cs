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
        var command = new Command(word, description) { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder));
            terminal.Say(PlainText.OneLine(await door.DecideAsync(parsed.GetRequiredValue(id), approve: word == "confirm", cancellationToken)));
        });
        return command;
    }
}
