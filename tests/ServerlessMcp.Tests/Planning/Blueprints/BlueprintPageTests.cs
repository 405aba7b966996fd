using ServerlessMcp.Tests.House;

namespace ServerlessMcp.Tests.Planning.Blueprints;

/// <summary>docs/blueprints.md says what the blueprints are. <c>SMCP_GOLDEN=write</c> writes that part of it anew.</summary>
public sealed class BlueprintPageTests
{
    private const string Page = "docs/blueprints.md";

    [Fact]
    public void The_page_is_made_from_the_blueprints()
    {
        var text = CommittedFiles.Text(Page);
        var head = text[..text.IndexOf(BlueprintPage.Mark, StringComparison.Ordinal)];
        var made = head + BlueprintPage.Write(BlueprintStage.Catalogue.All);
        if (Environment.GetEnvironmentVariable("SMCP_GOLDEN") == "write")
        {
            File.WriteAllText(Path.Combine(Repository.Root, Page), made);
            return;
        }

        Assert.Equal(made, text);
    }
}
