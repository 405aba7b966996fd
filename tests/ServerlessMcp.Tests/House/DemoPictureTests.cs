using System.Xml.Linq;
using ServerlessMcp.Local.Demo;

namespace ServerlessMcp.Tests.House;

/// <summary>docs/demo.svg can be shown anywhere and is of this demo. That its lines are those that the demo prints says tests/acceptance/record.py.</summary>
public sealed class DemoPictureTests
{
    private const string Path = "docs/demo.svg";

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static XElement Picture { get; } = XDocument.Parse(CommittedFiles.Text(Path)).Root!;

    [Fact]
    public void It_is_small_loads_nothing_and_runs_nothing()
    {
        string[] allowed = ["svg", "title", "desc", "style", "clipPath", "rect", "circle", "g", "text"];

        Assert.InRange(CommittedFiles.Text(Path).Length, 5_000, 100_000);
        Assert.Empty(Picture.DescendantsAndSelf().Select(element => element.Name.LocalName).Distinct().Except(allowed));
        Assert.DoesNotContain("@import", CommittedFiles.Text(Path), StringComparison.Ordinal);
        Assert.DoesNotContain(
            Picture.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName is "href" || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public void It_says_in_words_what_it_shows() =>
        Assert.All(["title", "desc"], name => Assert.True(Picture.Element(Svg + name)?.Value.Length > 10, name));

    [Fact]
    public void It_shows_every_scene_of_the_demo_and_that_they_hold()
    {
        var lines = Picture.Descendants(Svg + "text").Select(text => text.Value).ToList();

        Assert.All(new Scenes().All.Select((scene, n) => $"== Scene {n + 1}: {scene.Title}"), title => Assert.Contains(title, lines));
        Assert.All(new Scenes().All, scene => Assert.Contains(scene.Stake, lines));
        Assert.Contains(lines, line => line.StartsWith("ok   All four scenes hold", StringComparison.Ordinal));
    }

    [Fact]
    public void It_stands_at_the_top_of_the_readme() =>
        Assert.Contains($"]({Path})", string.Join('\n', CommittedFiles.Text("README.md").Split('\n').Take(4)), StringComparison.Ordinal);
}
