using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Local.Cli;

/// <summary>Where a command writes: answers to <paramref name="Out"/>, all else to <paramref name="Error"/>.</summary>
/// <param name="IsPerson">True when somebody looks at <paramref name="Out"/>: colours and live progress are welcome.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsPerson)
{
    public static Terminal System { get; } = new(Console.Out, Console.Error, !Console.IsOutputRedirected);

    /// <summary>One line or several, at once on the screen or in the pipe. Nothing in it moves the cursor, whoever wrote it.</summary>
    public void Say(string line)
    {
        Out.WriteLine(PlainText.Lines(line));
        Out.Flush();
    }

    /// <summary>The same for what is no answer.</summary>
    public void Warn(string line) => Error.WriteLine(PlainText.Lines(line));
}
