using ServerlessMcp.Executions;

namespace ServerlessMcp.Tests.Executions;

public sealed class IdsTests
{
    [Fact]
    public void An_id_is_a_prefix_and_26_base32_characters()
    {
        var ids = Enumerable.Range(0, 200).Select(_ => Ids.New("ex")).ToList();

        Assert.All(ids, id => Assert.Matches("^ex_[a-z2-7]{26}$", id));
        Assert.All(ids, id => Assert.True(Ids.IsWellFormed(id, "ex")));
        Assert.Equal(200, ids.Distinct().Count());
    }

    /// <summary>128 bits in 130: the last character carries three bits, so it is one of eight.</summary>
    [Fact]
    public void Every_bit_is_used()
    {
        var ids = Enumerable.Range(0, 2_000).Select(_ => Ids.New("ex")[3..]).ToList();

        Assert.All(Enumerable.Range(0, 25), place => Assert.Equal(32, ids.Select(id => id[place]).Distinct().Count()));
        Assert.Equal(8, ids.Select(id => id[25]).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ex_")]
    [InlineData("pl_aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("ex_aaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("ex_aaaaaaaaaaaaaaaaaaaaaaaaa1")]
    [InlineData("ex_aaaaaaaaaaaaaaaaaaaaaaaaaA")]
    [InlineData("exaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void What_is_not_an_id_is_told_apart(string text) => Assert.False(Ids.IsWellFormed(text, "ex"));
}
