namespace ServerlessMcp.Local.Configuration;

/// <summary>Puts the sources together, in growing priority: default, file, environment, flag; checks all values at once.</summary>
/// <param name="environment">Gives a variable's value or null.</param>
/// <param name="workingFolder">Where a settings file is looked for first.</param>
internal sealed class SettingsReader(Func<string, string?> environment, string workingFolder)
{
    /// <param name="flags">By flag name, such as <c>--port</c>; a switch that is set has the text <c>true</c>.</param>
    /// <exception cref="ConfigurationException">With every problem of every source.</exception>
    public Settings Read(IReadOnlyDictionary<string, string> flags)
    {
        var problems = new List<string>();
        var dataFolder = Value(Setting.Folder, flags, [], null).Text;
        var path = SettingsFile.Find(workingFolder, dataFolder);
        var written = ReadFile(path, problems);
        var targets = written.Remove(TargetsReader.Name, out var named) ? new TargetsReader(path!, new(), problems).Read(named) : [];
        var changes = written.Remove(TargetsReader.Changes, out var role) ? new TargetsReader(path!, new(), problems).ReadChanges(role) : null;
        var file = Plain(path!, written, problems);
        foreach (var unknown in file.Keys.Where(name => Setting.All.All(setting => setting.Name != name)))
        {
            problems.Add($"file {path} has an unknown setting '{unknown}'; known are {string.Join(", ", Setting.All.Select(setting => setting.Name).Append(TargetsReader.Name).Append(TargetsReader.Changes))}.");
        }

        foreach (var opening in Setting.All.Where(setting => setting.IsFlagOnly && file.Remove(setting.Name)))
        {
            problems.Add($"file {path}: '{opening.Name}' is set by a flag only, {opening.Flag}, so that no file of a folder opens anything; take it out.");
        }

        var values = Setting.All.Select(setting => Value(setting, flags, file, path)).ToList();
        problems.AddRange(values.Where(value => !value.Setting.IsRight(value.Text))
            .Select(value => $"{value.Source}: '{value.Text}' is no value of {value.Setting.Name}; right is {value.Setting.Right}."));
        var settings = new Settings(values, targets, changes, path);
        if (problems.Count == 0)
        {
            problems.AddRange(Together(settings, Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder))));
        }

        return problems.Count == 0 ? settings : throw new ConfigurationException(problems);
    }

    /// <param name="home">The data folder, as no file says it: a file cannot make its own folder the one that is trusted.</param>
    private static IEnumerable<string> Together(Settings settings, string home)
    {
        var isForeign = settings.File is { } named && Path.GetDirectoryName(Path.GetFullPath(named)) != home;
        if (settings.Aws && settings.AwsEndpoint is not null)
        {
            yield return $"{Source(settings, Setting.Aws)} and {Source(settings, Setting.AwsEndpoint)}: choose one; --aws is your own account, --aws-endpoint another emulator.";
        }

        if (settings is { AllowChanges: true, Aws: false })
        {
            yield return $"{Source(settings, Setting.AllowChanges)}: goes with --aws, your own account; the sandbox and another emulator are changed without it.";
        }

        if (settings is { AllowChanges: true, NoAuth: true })
        {
            yield return $"{Source(settings, Setting.AllowChanges)} and {Source(settings, Setting.NoAuth)}: choose one; without keys every process of this machine could change your account.";
        }

        if (isForeign && settings is { Aws: true, IsFolderOfFile: true })
        {
            yield return $"file {settings.File}: with --aws, '{Setting.Folder.Name}' is not taken from the file of a folder, so that none brings keys, plans and rules of its own; take it out, or set {Setting.Folder.Flag}.";
        }

        if (isForeign && settings is { Aws: true, IsPolicyOfFile: true })
        {
            yield return $"file {settings.File}: with --aws, '{Setting.PolicyFile.Name}' is read from the data folder only ({home}), so that no file of a folder loosens the rules; move it there, or set {Setting.PolicyFile.Flag}.";
        }

        foreach (var problem in Tokens(settings, isForeign, home))
        {
            yield return problem;
        }

        // A role is assumed with the user's own credentials: like --aws itself, no file of somebody else's folder may ask for that.
        var roles = new[] { (TargetsReader.Name, Is: settings.Targets.Count > 0), (TargetsReader.Changes, Is: settings.ChangeRole is not null) };
        foreach (var (name, _) in settings.Aws && isForeign ? roles.Where(one => one.Is) : [])
        {
            yield return $"file {settings.File}: with --aws, '{name}' is read from the data folder only ({home}), so that no file of a folder opens another account; move it there.";
        }
    }

    private static List<string> Tokens(Settings settings, bool isForeign, string home)
    {
        if (settings.Jwt is not { } jwt)
        {
            return settings.HasResource ? [$"{Source(settings, Setting.Resource)}: goes with '{Setting.Issuers.Name}', whose tokens are for it; none is named."] : [];
        }

        List<string> problems = [.. jwt.Problems().Select(problem => $"{Source(settings, Setting.Issuers)}: {problem}")];
        if (settings is { Port: 0, HasResource: false })
        {
            problems.Add($"{Source(settings, Setting.Issuers)}: with any free port nobody knows which address tokens are for; set '{Setting.Resource.Name}', or a port.");
        }

        if (settings.NoAuth)
        {
            problems.Add($"{Source(settings, Setting.Issuers)} and {Source(settings, Setting.NoAuth)}: choose one; without keys no token is looked at.");
        }

        if (isForeign && settings.AreIssuersOfFile)
        {
            problems.Add($"file {settings.File}: '{Setting.Issuers.Name}' is read from the data folder only ({home}), so that no file of a folder lets anybody in; move it there, or set {Setting.Issuers.Flag}.");
        }

        return problems;
    }

    private static string Source(Settings settings, Setting setting) => settings.Values.First(value => value.Setting == setting).Source;

    private static Dictionary<string, FileValue> ReadFile(string? path, List<string> problems)
    {
        try
        {
            return path is null ? [] : SettingsFile.Read(path);
        }
        catch (ConfigurationException wrong)
        {
            problems.AddRange(wrong.Problems);
            return [];
        }
    }

    private static Dictionary<string, string> Plain(string path, Dictionary<string, FileValue> written, List<string> problems)
    {
        var plain = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in written)
        {
            if (SettingsFile.Text(value) is { } text)
            {
                plain[name] = text;
            }
            else
            {
                problems.AddRange(SettingsFile.NotPlain(path, name).Problems);
            }
        }

        return plain;
    }

    private SettingValue Value(Setting setting, IReadOnlyDictionary<string, string> flags, Dictionary<string, string> file, string? path)
    {
        if (flags.TryGetValue(setting.Flag, out var flag))
        {
            return new(setting, flag, $"flag {setting.Flag}");
        }

        // A set but empty variable counts as unset, as in the AWS tools.
        if (setting.Variable is { } name && environment(name) is { Length: > 0 } variable)
        {
            return new(setting, variable, $"environment {name}");
        }

        return file.TryGetValue(setting.Name, out var written)
            ? new(setting, written, $"file {path}")
            : new(setting, setting.Default, "default");
    }
}
