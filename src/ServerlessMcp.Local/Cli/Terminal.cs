namespace ServerlessMcp.Local.Cli;

/// <summary>Where a command writes: answers to <paramref name="Out"/>, all else to <paramref name="Error"/>.</summary>
/// <param name="IsPerson">True when somebody looks at <paramref name="Out"/>: colours and live progress are welcome.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsPerson)
{
    public static Terminal System { get; } = new(Console.Out, Console.Error, !Console.IsOutputRedirected);

    /// <summary>One line, at once on the screen or in the pipe.</summary>
    public void Say(string line)
    {
        Out.WriteLine(line);
        Out.Flush();
    }
}
