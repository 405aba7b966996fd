namespace ServerlessMcp.Tests.Planning;

/// <summary>Texts that people read, committed under <c>tests/ServerlessMcp.Tests/Golden</c>; <c>SMCP_GOLDEN=write</c> writes them anew.</summary>
internal static class Golden
{
    public static void Matches(string name, string text)
    {
        var path = Path.Combine(Repository.Root, "tests", "ServerlessMcp.Tests", "Golden", name);
        if (Environment.GetEnvironmentVariable("SMCP_GOLDEN") == "write")
        {
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"{name} is missing; SMCP_GOLDEN=write makes it.");
        Assert.Equal(File.ReadAllText(path), text);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
    }
}
