namespace ServerlessMcp.Tests.House;

/// <summary>The files of the clone, without what a build or an editor leaves there.</summary>
internal static class CommittedFiles
{
    private static readonly string[] Foreign = [".git", ".vs", ".idea", "artifacts", "node_modules", "__pycache__", "TestResults", "bin", "obj"];

    /// <summary>Paths relative to the root, with <c>/</c>.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Under(Repository.Root).Select(Relative).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Under(string folder, params string[] extensions) => All
        .Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal))
        .Where(path => extensions.Length == 0 || extensions.Contains(Path.GetExtension(path), StringComparer.Ordinal));

    public static string Text(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    /// <summary>Each line that <paramref name="isWrong"/> as <c>path:line: text</c>.</summary>
    public static List<string> Lines(IEnumerable<string> paths, Func<string, bool> isWrong) =>
    [
        .. paths.SelectMany(path => Text(path).Split('\n')
            .Select((text, n) => (text, where: $"{path}:{n + 1}: {text.Trim()}"))
            .Where(line => isWrong(line.text))
            .Select(line => line.where)),
    ];

    private static IEnumerable<string> Under(string folder) => Directory.EnumerateFiles(folder)
        .Where(file => Path.GetFileName(file) != ".git")
        .Concat(Directory.EnumerateDirectories(folder).Where(inner => !Foreign.Contains(Path.GetFileName(inner), StringComparer.Ordinal)).SelectMany(Under));

    private static string Relative(string path) => Path.GetRelativePath(Repository.Root, path).Replace(Path.DirectorySeparatorChar, '/');
}
